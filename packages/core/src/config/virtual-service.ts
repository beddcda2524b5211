import type { Metadata } from './common.ts'
import type { DelegateOptionsRefs, RouteConfig } from './route.ts'
import type { SslConfig } from './ssl.ts'
import type { VirtualHostOptions } from './virtual-host-options.ts'

/** The routes of a set of domains. Source: Gloo `virtual_service.proto`. */
export interface VirtualServiceConfig {
  readonly metadata: Metadata
  /** Without one the resource serves nothing, and a warning says so. */
  readonly virtualHost?: VirtualHost
  /** Binds the service to gateways with `ssl: true`. */
  readonly sslConfig?: SslConfig
  /** For people only. */
  readonly displayName?: string
}

/** Domains and their routes. */
export interface VirtualHost {
  /**
   * `api.example.com`, `*.example.com`, `api.*` or `*`. Exact names win over the longest suffix wildcard, that over the
   * longest prefix wildcard, and all over `*`. A port is part of the name. Default `['*']`.
   */
  readonly domains?: readonly string[]
  readonly routes?: readonly RouteConfig[]
  readonly options?: VirtualHostOptions
  /** Shared options, which fill what `options` leaves unset, in order. */
  readonly optionsConfigRefs?: DelegateOptionsRefs
}
