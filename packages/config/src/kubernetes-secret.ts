/** The values of a Kubernetes Secret as texts, by key. */
type SecretData = Readonly<Record<string, string>>

/**
 * What Gloo makes of a Kubernetes Secret, as fields of its own Secret; undefined where it makes nothing of it. TLS, AWS
 * keys, headers and API keys are known by `type` or by what is in them. Source: Gloo's secret converters.
 */
export function glooSecret(document: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const { type } = document
  const data: SecretData = { ...decoded(document.data), ...texts(document.stringData) }
  if (type === 'kubernetes.io/tls') {
    const fields = { certChain: data['tls.crt'], privateKey: data['tls.key'], rootCa: data['ca.crt'] }
    return { tls: present(fields) }
  }
  if (data.aws_access_key_id !== undefined && data.aws_secret_access_key !== undefined) {
    const { aws_access_key_id: accessKey, aws_secret_access_key: secretKey, aws_session_token: sessionToken } = data
    return { aws: present({ accessKey, secretKey, sessionToken }) }
  }
  if (type === 'gloo.solo.io/header') return { header: { headers: data } }
  if (type === 'extauth.solo.io/apikey') {
    const { 'api-key': apiKey, ...metadata } = data
    return { apiKey: { ...present({ apiKey }), ...(Object.keys(metadata).length > 0 && { metadata }) } }
  }
  return undefined
}

/** `data` is base64, `stringData` is not. */
function decoded(data: unknown): SecretData {
  const values = Object.entries(texts(data)).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')])
  return Object.fromEntries(values)
}

function texts(data: unknown): SecretData {
  if (typeof data !== 'object' || data === null) return {}
  return Object.fromEntries(Object.entries(data).filter(([, value]) => typeof value === 'string'))
}

function present(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined))
}
