import type {
  AwsOptions,
  GatewayOptions,
  GlooOptions,
  InvalidConfigPolicy,
  ServiceAccountCredentials,
  SettingsConfig,
  ValidationOptions,
  VirtualServiceOptions,
} from '../config/settings.ts'
import { metadata, resource } from './common.ts'
import { extensions } from './extensions.ts'
import { type Field, later, never, secret } from './field.ts'
import { duration, flag, int32, list, message, opaque, text, uint32 } from './protobuf-json.ts'
import { atMostOne } from './rule.ts'
import { circuitBreakers } from './upstream-health.ts'

const controlPlane = 'There is no control plane.'
const unused = <T>(field: Field<T>): Field<T> => never(controlPlane, field, 'warning')

const awsOptions: Field<AwsOptions> = message<AwsOptions>(
  'AwsOptions',
  {
    enableCredentialsDiscovey: flag(),
    serviceAccountCredentials: message<ServiceAccountCredentials>('ServiceAccountCredentials', {
      cluster: text(),
      uri: text(),
      timeout: duration(),
      region: text(),
    }),
    propagateOriginalRouting: flag(),
    credentialRefreshDelay: duration(),
    fallbackToFirstFunction: flag(),
  },
  atMostOne('enableCredentialsDiscovey', 'serviceAccountCredentials'),
)

const gloo: Field<GlooOptions> = message<GlooOptions>('GlooOptions', {
  invalidConfigPolicy: message<InvalidConfigPolicy>('InvalidConfigPolicy', {
    replaceInvalidRoutes: flag(),
    invalidRouteResponseCode: uint32({ min: 200, max: 599 }),
    invalidRouteResponseBody: text(),
  }),
  regexMaxProgramSize: uint32({ min: 1 }),
  circuitBreakers,
  transformationEscapeCharacters: flag(),
  enableAutoWebsocketTransformationPassthrough: flag(),
  logTransformationRequestResponseInfo: flag(),
  awsOptions: later('Functions', awsOptions),
  disableGrpcWeb: later('Functions', flag(), 'warning'),
  disableKubernetesDestinations: later('Discovery', flag(), 'warning'),
  removeUnusedFilters: never('A filter that no route uses is never there.', flag(), 'warning'),
  disableProxyGarbageCollection: unused(flag()),
  failoverUpstreamDnsPollingInterval: duration({ min: 1 }),
  endpointsWarmingTimeout: unused(duration()),
  enableRestEds: unused(flag()),
  xdsBindAddr: unused(text()),
  validationBindAddr: unused(text()),
  restXdsBindAddr: unused(text()),
  proxyDebugBindAddr: unused(text()),
  istioOptions: never('There is no Istio.', opaque(), 'warning'),
})

const validation: Field<ValidationOptions> = message<ValidationOptions>('ValidationOptions', {
  alwaysAccept: flag(),
  allowWarnings: flag(),
  warnRouteShortCircuiting: flag(),
  warnMissingTlsSecret: later('Resilience', flag(), 'warning'),
  disableTransformationValidation: never('Templates are always compiled before they are used.', flag(), 'warning'),
  fullEnvoyValidation: never('There is no Envoy.', flag(), 'warning'),
  serverEnabled: unused(flag()),
  proxyValidationServerAddr: unused(text()),
  validationWebhookTlsCert: unused(text()),
  validationWebhookTlsKey: unused(text()),
  ignoreGlooValidationFailure: unused(flag()),
  validationServerGrpcMaxSizeBytes: unused(int32()),
})

const gateway: Field<GatewayOptions> = message<GatewayOptions>('GatewayOptions', {
  validation,
  virtualServiceOptions: never(
    'The application that embeds headgate owns the socket and its TLS.',
    message<VirtualServiceOptions>('VirtualServiceOptions', { oneWayTls: flag() }),
    'warning',
  ),
  readGatewaysFromAllNamespaces: never('Every gateway that is given is used.', flag(), 'warning'),
  isolateVirtualHostsBySslConfig: later('Processing', flag(), 'warning'),
  translateEmptyGateways: never('A gateway without routes answers 404.', flag(), 'warning'),
  persistProxySpec: unused(flag()),
  enableGatewayController: unused(flag()),
  alwaysSortRouteTableRoutes: never('Routes keep the order they are written in.', flag()),
  compressedProxySpec: unused(flag()),
  validationServerAddr: unused(text()),
})

export const settings: Field<SettingsConfig> = resource(
  message<SettingsConfig>('SettingsConfig', {
    metadata,
    gloo,
    gateway,
    extensions: never(
      'Filters take their settings from virtual hosts, routes and destinations.',
      extensions,
      'warning',
    ),
    ratelimit: later('Access', opaque()),
    ratelimitServer: later('Access', opaque()),
    rbac: later('Access', opaque()),
    extauth: later('Access', secret(opaque())),
    namedExtauth: later('Access', secret(opaque())),
    cachingServer: never('Gloo takes it away in 1.21.', opaque(), 'warning'),
    extProc: later('Access', opaque()),
    extProcEarly: later('Access', opaque()),
    extProcLate: later('Access', opaque()),
    upstreamOptions: later('Resilience', opaque()),
    observabilityOptions: unused(opaque()),
    consoleOptions: unused(opaque()),
    graphqlOptions: unused(opaque()),
    discovery: unused(opaque()),
    discoveryNamespace: unused(text()),
    watchNamespaces: unused(list(text())),
    watchNamespaceSelectors: unused(list(opaque())),
    refreshRate: unused(duration()),
    devMode: unused(flag()),
    linkerd: unused(flag()),
    knative: unused(opaque()),
    consul: later('Discovery', secret(opaque()), 'warning'),
    consulDiscovery: unused(opaque()),
    kubernetes: unused(opaque()),
    secretOptions: unused(secret(opaque())),
    kubernetesConfigSource: unused(opaque()),
    directoryConfigSource: unused(opaque()),
    consulKvSource: unused(opaque()),
    kubernetesSecretSource: unused(opaque()),
    vaultSecretSource: unused(secret(opaque())),
    directorySecretSource: unused(opaque()),
    kubernetesArtifactSource: unused(opaque()),
    directoryArtifactSource: unused(opaque()),
    consulKvArtifactSource: unused(opaque()),
  }),
)
