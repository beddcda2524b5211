import type { Metadata } from './common.ts'

/** Something not to be printed. Exactly one kind. Source: Gloo `secret.proto`. */
export interface SecretConfig {
  readonly metadata: Metadata
  readonly aws?: AwsSecret
  readonly azure?: AzureSecret
  readonly tls?: TlsSecret
  readonly oauth?: OauthSecret
  readonly apiKey?: ApiKeySecret
  /** Headers for `headerSecretRef`. */
  readonly header?: HeaderSecret
  readonly credentials?: AccountCredentialsSecret
  readonly encryption?: EncryptionKeySecret
}

/** Keys of an AWS account. */
export interface AwsSecret {
  readonly accessKey?: string
  readonly secretKey?: string
  readonly sessionToken?: string
}

/** Keys of an Azure function app. */
export interface AzureSecret {
  /** By function name; `_master` opens every function. */
  readonly apiKeys?: Readonly<Record<string, string>>
}

/** A certificate and its key, in PEM. */
export interface TlsSecret {
  readonly certChain?: string
  readonly privateKey?: string
  readonly rootCa?: string
  /** Base64 of a DER-encoded OCSP response. */
  readonly ocspStaple?: string
}

/** Secret of an OAuth client. */
export interface OauthSecret {
  readonly clientSecret?: string
}

/** An API key and what is known about its holder. */
export interface ApiKeySecret {
  readonly apiKey?: string
  readonly labels?: readonly string[]
  readonly metadata?: Readonly<Record<string, string>>
}

/** Header values to insert. */
export interface HeaderSecret {
  readonly headers?: Readonly<Record<string, string>>
}

/** A user name and a password. */
export interface AccountCredentialsSecret {
  readonly username?: string
  readonly password?: string
}

/** Key that cookies are encrypted with. */
export interface EncryptionKeySecret {
  readonly key?: string
}
