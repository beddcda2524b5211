import type {
  ConnectionMatcher,
  GatewayResource,
  HttpGateway,
  HybridGateway,
  MatchedGateway,
  RouteConfigurationOptions,
  VirtualServiceSelectorExpressions,
} from '../config/gateway.ts'
import { cidrRange, metadata, resource, resourceRef, selectorExpression } from './common.ts'
import { type Field, later, never } from './field.ts'
import { httpListenerOptions, listenerOptions } from './listener-options.ts'
import { flag, list, map, message, opaque, text, uint32 } from './protobuf-json.ts'
import { exactlyOne, type Rule, rule, wholeRule } from './rule.ts'
import { sslConfig } from './ssl.ts'

const noSockets = 'It proxies bytes, not HTTP, and headgate has no sockets.'

const httpGateway: Field<HttpGateway> = message<HttpGateway>('HttpGateway', {
  virtualServices: list(resourceRef),
  virtualServiceSelector: map(text()),
  virtualServiceExpressions: message<VirtualServiceSelectorExpressions>('VirtualServiceSelectorExpressions', {
    expressions: list(selectorExpression),
  }),
  virtualServiceNamespaces: list(text()),
  options: httpListenerOptions,
})

const matchedGateway: Field<MatchedGateway> = message<MatchedGateway>(
  'MatchedGateway',
  {
    matcher: message<ConnectionMatcher>('ConnectionMatcher', {
      sslConfig,
      sourcePrefixRanges: list(cidrRange),
      passthroughCipherSuites: never(noSockets, list(text())),
    }),
    httpGateway,
    tcpGateway: never(noSockets, opaque()),
  },
  exactlyOne('httpGateway', 'tcpGateway'),
)

/** Two gateways with one matcher could not be told apart. */
const differentMatchers: Rule<readonly MatchedGateway[]> = wholeRule((gateways, report) => {
  const seen = new Set<string>()
  gateways.forEach(({ matcher = {} }, index) => {
    const key = JSON.stringify([matcher.sslConfig?.sniDomains ?? [], matcher.sourcePrefixRanges ?? []])
    if (seen.has(key))
      report({ code: 'duplicate-entry', at: [index, 'matcher'], message: 'the matcher is the same as an earlier one' })
    seen.add(key)
  })
})

const hybridGateway: Field<HybridGateway> = message<HybridGateway>(
  'HybridGateway',
  {
    matchedGateways: list(matchedGateway, {}, differentMatchers),
    delegatedHttpGateways: later('Processing', opaque()),
    delegatedTcpGateways: never(noSockets, opaque()),
  },
  rule(['matchedGateways'], (gateway, report) => {
    if (!gateway.matchedGateways?.length && !gateway.delegatedHttpGateways && !gateway.delegatedTcpGateways)
      report({ code: 'oneof-missing', message: 'a hybrid gateway needs gateways', expected: 'matchedGateways' })
  }),
)

export const gateway: Field<GatewayResource> = resource(
  message<GatewayResource>(
    'GatewayResource',
    {
      metadata,
      bindAddress: text(),
      bindPort: uint32({ max: 65_535 }),
      ssl: flag(),
      proxyNames: list(text()),
      httpGateway,
      hybridGateway,
      tcpGateway: never(noSockets, opaque()),
      options: listenerOptions,
      routeOptions: message<RouteConfigurationOptions>('RouteConfigurationOptions', {
        maxDirectResponseBodySizeBytes: uint32(),
        mostSpecificHeaderMutationsWins: flag(),
      }),
      useProxyProto: never('It works below HTTP; the application that embeds headgate owns the socket.', flag()),
    },
    exactlyOne('httpGateway', 'hybridGateway', 'tcpGateway'),
  ),
)
