import type { Duration, Metadata, Opaque } from './common.ts'
import type { Extensions } from './route-options.ts'
import type { CircuitBreakers } from './upstream-health.ts'

/** Settings of the whole gateway. Source: Gloo `settings.proto`. */
export interface SettingsConfig {
  readonly metadata?: Metadata
  readonly gloo?: GlooOptions
  readonly gateway?: GatewayOptions
  readonly extensions?: Extensions
  readonly ratelimit?: Opaque
  readonly ratelimitServer?: Opaque
  readonly rbac?: Opaque
  readonly extauth?: Opaque
  readonly namedExtauth?: Opaque
  readonly cachingServer?: Opaque
  readonly extProc?: Opaque
  readonly extProcEarly?: Opaque
  readonly extProcLate?: Opaque
  readonly upstreamOptions?: Opaque
  readonly observabilityOptions?: Opaque
  readonly consoleOptions?: Opaque
  readonly graphqlOptions?: Opaque
  readonly discovery?: Opaque
  readonly discoveryNamespace?: string
  readonly watchNamespaces?: readonly string[]
  readonly watchNamespaceSelectors?: readonly Opaque[]
  readonly refreshRate?: Duration
  readonly devMode?: boolean
  readonly linkerd?: boolean
  readonly knative?: Opaque
  readonly consul?: Opaque
  readonly consulDiscovery?: Opaque
  readonly kubernetes?: Opaque
  readonly secretOptions?: Opaque
  readonly kubernetesConfigSource?: Opaque
  readonly directoryConfigSource?: Opaque
  readonly consulKvSource?: Opaque
  readonly kubernetesSecretSource?: Opaque
  readonly vaultSecretSource?: Opaque
  readonly directorySecretSource?: Opaque
  readonly kubernetesArtifactSource?: Opaque
  readonly directoryArtifactSource?: Opaque
  readonly consulKvArtifactSource?: Opaque
}

/** Defaults for traffic. */
export interface GlooOptions {
  readonly invalidConfigPolicy?: InvalidConfigPolicy
  /** Largest compiled regular expression. Default 1024. */
  readonly regexMaxProgramSize?: number
  /** For upstreams without their own. */
  readonly circuitBreakers?: CircuitBreakers
  /** Keep JSON escapes in the texts that templates insert, where nothing nearer says otherwise. Default false. */
  readonly transformationEscapeCharacters?: boolean
  /** Transform only the headers of upgrades. Always so: what follows an upgrade is not HTTP. */
  readonly enableAutoWebsocketTransformationPassthrough?: boolean
  /** Report messages before and after every transformation. Default false. */
  readonly logTransformationRequestResponseInfo?: boolean
  readonly awsOptions?: AwsOptions
  readonly disableGrpcWeb?: boolean
  readonly disableKubernetesDestinations?: boolean
  readonly removeUnusedFilters?: boolean
  readonly disableProxyGarbageCollection?: boolean
  readonly failoverUpstreamDnsPollingInterval?: Duration
  readonly endpointsWarmingTimeout?: Duration
  readonly enableRestEds?: boolean
  readonly xdsBindAddr?: string
  readonly validationBindAddr?: string
  readonly restXdsBindAddr?: string
  readonly proxyDebugBindAddr?: string
  readonly istioOptions?: Opaque
}

/** What serves in place of a route that cannot. */
export interface InvalidConfigPolicy {
  /** Answer for such routes instead of refusing the whole resource. Default false. */
  readonly replaceInvalidRoutes?: boolean
  /** Default 404. */
  readonly invalidRouteResponseCode?: number
  readonly invalidRouteResponseBody?: string
}

/** Defaults for Lambda. */
export interface AwsOptions {
  /** Find credentials in the environment. The spelling is Gloo's. */
  readonly enableCredentialsDiscovey?: boolean
  readonly serviceAccountCredentials?: ServiceAccountCredentials
  /** Send `x-envoy-original-path` and `x-envoy-original-method`. Default false. */
  readonly propagateOriginalRouting?: boolean
  readonly credentialRefreshDelay?: Duration
  /** A route that names no function calls the first. Default false. */
  readonly fallbackToFirstFunction?: boolean
}

/** Credentials by web identity. */
export interface ServiceAccountCredentials {
  readonly cluster?: string
  readonly uri?: string
  readonly timeout?: Duration
  /** Default `us-east-1`. */
  readonly region?: string
}

/** How configuration is judged. */
export interface GatewayOptions {
  readonly validation?: ValidationOptions
  readonly virtualServiceOptions?: VirtualServiceOptions
  readonly readGatewaysFromAllNamespaces?: boolean
  readonly isolateVirtualHostsBySslConfig?: boolean
  readonly translateEmptyGateways?: boolean
  readonly persistProxySpec?: boolean
  readonly enableGatewayController?: boolean
  readonly alwaysSortRouteTableRoutes?: boolean
  readonly compressedProxySpec?: boolean
  readonly validationServerAddr?: string
}

/** When configuration is refused. */
export interface ValidationOptions {
  /** Take what has errors, too, as far as it can be served. */
  readonly alwaysAccept?: boolean
  /** Default true; false makes every warning an error. */
  readonly allowWarnings?: boolean
  /** Warn of routes that another hides. */
  readonly warnRouteShortCircuiting?: boolean
  /** A missing TLS secret is a warning instead of an error. */
  readonly warnMissingTlsSecret?: boolean
  readonly disableTransformationValidation?: boolean
  readonly fullEnvoyValidation?: boolean
  readonly serverEnabled?: boolean
  readonly proxyValidationServerAddr?: string
  readonly validationWebhookTlsCert?: string
  readonly validationWebhookTlsKey?: string
  readonly ignoreGlooValidationFailure?: boolean
  readonly validationServerGrpcMaxSizeBytes?: number
}

/** Defaults for virtual services. */
export interface VirtualServiceOptions {
  readonly oneWayTls?: boolean
}
