import type {
  ConnectionConfig,
  DiscoveryMetadata,
  Http1ProtocolOptions,
  HttpProtocolOptions,
  PreconnectPolicy,
  TcpKeepAlive,
  UpstreamConfig,
} from '../config/upstream.ts'
import type { UpstreamEndpoints } from '../config/upstream-endpoints.ts'
import type { UpstreamHandler } from '../config/upstream-handler.ts'
import { headerPair, metadata, resource } from './common.ts'
import { extension, type Field, later, never, secret } from './field.ts'
import { healthCheck } from './health-check.ts'
import { windowSize } from './http-connection-manager.ts'
import { loadBalancerConfig } from './load-balancer.ts'
import {
  double,
  duration,
  enumeration,
  flag,
  list,
  map,
  message,
  native,
  opaque,
  required,
  text,
  uint32,
} from './protobuf-json.ts'
import { exactlyOne } from './rule.ts'
import { upstreamSslConfig } from './ssl.ts'
import { awsUpstream, azureUpstream, gcpUpstream } from './upstream-functions.ts'
import { circuitBreakers, failover, outlierDetection } from './upstream-health.ts'
import { consulUpstream, ec2Upstream, kubernetesUpstream, pipeUpstream, staticUpstream } from './upstream-hosts.ts'
import { upstreamKinds } from './upstream-kind.ts'
import { dnsSettings, grpcChecks, oneProtocol } from './upstream-rules.ts'

const platform = 'The operating system decides.'
const noCase = 'The case of header names means nothing.'

const httpProtocolOptions: Field<HttpProtocolOptions> = message<HttpProtocolOptions>('HttpProtocolOptions', {
  idleTimeout: duration(),
  maxHeadersCount: later('Resilience', uint32()),
  maxStreamDuration: duration(),
  headersWithUnderscoresAction: never(
    'It is about requests of clients; set it on the gateway.',
    enumeration('ALLOW', 'REJECT_REQUEST', 'DROP_HEADER'),
    'warning',
  ),
})

const connectionConfig: Field<ConnectionConfig> = message<ConnectionConfig>('ConnectionConfig', {
  connectTimeout: duration({ min: 1 }),
  maxRequestsPerConnection: uint32(),
  tcpKeepalive: message<TcpKeepAlive>('TcpKeepAlive', {
    keepaliveProbes: never(platform, uint32(), 'warning'),
    keepaliveTime: duration(),
    keepaliveInterval: never(platform, duration(), 'warning'),
  }),
  perConnectionBufferLimitBytes: never('Bodies are streamed with back pressure.', uint32(), 'warning'),
  commonHttpProtocolOptions: httpProtocolOptions,
  http1ProtocolOptions: message<Http1ProtocolOptions>('Http1ProtocolOptions', {
    enableTrailers: later('Functions', flag(), 'warning'),
    properCaseHeaderKeyFormat: never(noCase, flag(), 'warning'),
    preserveCaseHeaderKeyFormat: never(noCase, flag(), 'warning'),
    overrideStreamErrorOnInvalidHttpMessage: never(platform, flag(), 'warning'),
  }),
})

const ratio: () => Field<number> = () => double({ min: 1, max: 3 })

export const upstream: Field<UpstreamConfig> = resource(
  message<UpstreamConfig>(
    'UpstreamConfig',
    {
      metadata: required(metadata),
      static: staticUpstream,
      pipe: pipeUpstream,
      handler: extension(native<UpstreamHandler>((value) => typeof value === 'function', 'a function')),
      endpoints: extension(native<UpstreamEndpoints>((value) => typeof value === 'function', 'a function')),
      kube: later('Discovery', kubernetesUpstream),
      consul: later('Discovery', consulUpstream),
      awsEc2: later('Discovery', ec2Upstream),
      aws: later('Functions', awsUpstream),
      azure: later('Functions', azureUpstream),
      gcp: later('Functions', gcpUpstream),
      ai: never('Routing to language models is a product of its own.', opaque()),
      sslConfig: upstreamSslConfig,
      healthChecks: list(healthCheck),
      outlierDetection,
      circuitBreakers,
      loadBalancerConfig,
      connectionConfig,
      failover,
      useHttp2: later('Resilience', flag()),
      protocolSelection: later('Resilience', enumeration('USE_CONFIGURED_PROTOCOL', 'USE_DOWNSTREAM_PROTOCOL')),
      initialStreamWindowSize: later('Resilience', windowSize()),
      initialConnectionWindowSize: later('Resilience', windowSize()),
      maxConcurrentStreams: later('Resilience', uint32({ min: 1, max: 2_147_483_647 })),
      overrideStreamErrorOnInvalidHttpMessage: never(platform, flag(), 'warning'),
      httpProxyHostname: later('Resilience', text()),
      httpConnectSslConfig: later('Resilience', upstreamSslConfig),
      httpConnectHeaders: later('Resilience', secret(list(headerPair))),
      respectDnsTtl: flag(),
      dnsRefreshRate: duration(),
      ignoreHealthOnHostRemoval: never('Hosts that are removed are dropped at once.', flag(), 'warning'),
      preconnectPolicy: never(
        'Connections are made when they are needed.',
        message<PreconnectPolicy>('PreconnectPolicy', {
          perUpstreamPreconnectRatio: ratio(),
          predictivePreconnectRatio: ratio(),
        }),
        'warning',
      ),
      proxyProtocolVersion: never('headgate does not write the PROXY preamble.', enumeration('V1', 'V2')),
      disableIstioAutoMtls: never('There is no Istio.', flag(), 'warning'),
      discoveryMetadata: never(
        'It is a note of Gloo’s discovery.',
        message<DiscoveryMetadata>('DiscoveryMetadata', { labels: map(text()) }),
        'warning',
      ),
    },
    exactlyOne(...upstreamKinds),
    oneProtocol,
    dnsSettings,
    grpcChecks,
  ),
)
