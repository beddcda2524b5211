import type {
  AccountCredentialsSecret,
  ApiKeySecret,
  AwsSecret,
  AzureSecret,
  EncryptionKeySecret,
  HeaderSecret,
  OauthSecret,
  SecretConfig,
  TlsSecret,
} from '../config/secret.ts'
import { metadata, resource } from './common.ts'
import { type Field, later, secret } from './field.ts'
import { bytes, list, map, message, required, text } from './protobuf-json.ts'
import { exactlyOne, wholeRule } from './rule.ts'

const headers: Field<HeaderSecret> = message<HeaderSecret>('HeaderSecret', {
  headers: map(
    text(),
    wholeRule((values, report) => {
      for (const [name, value] of Object.entries(values)) {
        if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || name.toLowerCase() === 'host')
          report({ code: 'invalid-header-name', at: [name], message: 'not the name of a header that may be set' })
        if (/[\r\n\0]/.test(value))
          report({ code: 'invalid-header-value', at: [name], message: 'contains a line break or a NUL' })
      }
    }),
  ),
})

export const secretResource: Field<SecretConfig> = resource(
  message<SecretConfig>(
    'SecretConfig',
    {
      metadata: required(metadata),
      aws: later(
        'Functions',
        secret(message<AwsSecret>('AwsSecret', { accessKey: text(), secretKey: text(), sessionToken: text() })),
        'warning',
      ),
      azure: later('Functions', secret(message<AzureSecret>('AzureSecret', { apiKeys: map(text()) })), 'warning'),
      tls: secret(
        message<TlsSecret>('TlsSecret', { certChain: text(), privateKey: text(), rootCa: text(), ocspStaple: bytes() }),
      ),
      oauth: later('Access', secret(message<OauthSecret>('OauthSecret', { clientSecret: text() })), 'warning'),
      apiKey: later(
        'Access',
        secret(message<ApiKeySecret>('ApiKeySecret', { apiKey: text(), labels: list(text()), metadata: map(text()) })),
        'warning',
      ),
      header: secret(headers),
      credentials: later(
        'Access',
        secret(message<AccountCredentialsSecret>('AccountCredentialsSecret', { username: text(), password: text() })),
        'warning',
      ),
      encryption: later(
        'Access',
        secret(message<EncryptionKeySecret>('EncryptionKeySecret', { key: text() })),
        'warning',
      ),
    },
    exactlyOne('aws', 'azure', 'tls', 'oauth', 'apiKey', 'header', 'credentials', 'encryption'),
  ),
)
