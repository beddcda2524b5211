import { describe, expect, test } from 'vitest'
import { parseYaml } from './parse-yaml.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const secretOf = (fields: Readonly<Record<string, unknown>>) =>
  parseYaml(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...fields })).secrets

describe('a Kubernetes Secret', () => {
  test('of TLS', () => {
    const data = { 'tls.crt': base64('cert'), 'tls.key': base64('key') }
    const metadata = { name: 's' }
    expect(secretOf({ type: 'kubernetes.io/tls', data })).toEqual([
      { metadata, tls: { certChain: 'cert', privateKey: 'key' } },
    ])
    expect(secretOf({ type: 'kubernetes.io/tls', data: { ...data, 'ca.crt': base64('ca') } })).toEqual([
      { metadata, tls: { certChain: 'cert', privateKey: 'key', rootCa: 'ca' } },
    ])
  })

  test('with keys of AWS', () => {
    const data = { aws_access_key_id: base64('id'), aws_secret_access_key: base64('secret') }
    expect(secretOf({ type: 'Opaque', data })).toMatchObject([{ aws: { accessKey: 'id', secretKey: 'secret' } }])
  })

  test('with headers', () => {
    expect(
      secretOf({ type: 'gloo.solo.io/header', data: { 'x-a': base64('ä') }, stringData: { 'x-b': 'b' } }),
    ).toMatchObject([{ header: { headers: { 'x-a': 'ä', 'x-b': 'b' } } }])
  })

  test('with an API key and what is known of its holder', () => {
    expect(secretOf({ type: 'extauth.solo.io/apikey', stringData: { 'api-key': 'k', user: 'ada' } })).toMatchObject([
      { apiKey: { apiKey: 'k', metadata: { user: 'ada' } } },
    ])
    expect(secretOf({ type: 'extauth.solo.io/apikey', stringData: { 'api-key': 'k' } })).toMatchObject([
      { apiKey: { apiKey: 'k' } },
    ])
  })

  test('of others is left out', () => {
    expect(secretOf({ type: 'Opaque', data: { password: base64('x') } })).toBeUndefined()
    expect(secretOf({})).toBeUndefined()
  })
})
