import { describe, expect, test } from 'vitest'
import { checkConfig } from './check.ts'

const metadata = { name: 'x' }
const host = { addr: '10.0.0.1', port: 80 }

function found(config: object): readonly string[] {
  return checkConfig(config, { unsupported: 'warning' })
    .issues.filter(({ code }) => code !== 'not-implemented')
    .map(({ severity, code, path }) => `${severity} ${code} ${path}`.replace('[default.x]', ''))
}
const inUpstream = (upstream: object) => found({ upstreams: [{ metadata, static: { hosts: [host] }, ...upstream }] })
const inHost = (fields: object) => inUpstream({ static: { hosts: [{ ...host, ...fields }] } })
const inGateway = (gateway: object) => found({ gateways: [{ metadata, ...gateway }] })
const inHealthCheck = (check: object) =>
  inUpstream({
    healthChecks: [{ timeout: '1s', interval: '1s', unhealthyThreshold: 1, healthyThreshold: 1, ...check }],
  })

const assertions = (responseMatch: object) => ({ responseMatchers: [{ responseMatch }] })

describe('upstreams', () => {
  test.each([
    [inUpstream({ static: undefined }), ['error oneof-missing upstreams']],
    [inUpstream({ pipe: { path: '/a' } }), ['error oneof-conflict upstreams']],
    [inUpstream({ static: { hosts: [] } }), ['error out-of-range upstreams.static.hosts']],
    [inUpstream({ static: undefined, handler: 'x' }), ['error wrong-type upstreams.handler']],
    [inHost({ addr: '' }), ['error invalid-host upstreams.static.hosts[0].addr']],
    [inHost({ addr: 'http://a' }), ['error invalid-host upstreams.static.hosts[0].addr']],
    [inHost({ addr: 'a:80' }), ['error invalid-host upstreams.static.hosts[0].addr']],
    [inHost({ addr: '::1' }), []],
    [inHost({ port: 0 }), ['error out-of-range upstreams.static.hosts[0].port']],
    [inHost({ port: undefined }), ['error required upstreams.static.hosts[0].port']],
    [inHost({ loadBalancingWeight: 0 }), ['error out-of-range upstreams.static.hosts[0].loadBalancingWeight']],
    [
      inUpstream({ sslConfig: { secretRef: { name: 'a' }, sslFiles: {} } }),
      ['error oneof-conflict upstreams.sslConfig'],
    ],
    [
      inUpstream({
        sslConfig: { parameters: { minimumProtocolVersion: 'TLSv1_3', maximumProtocolVersion: 'TLSv1_2' } },
      }),
      ['error inconsistent-values upstreams.sslConfig.parameters.minimumProtocolVersion'],
    ],
    [
      inUpstream({ useHttp2: true, connectionConfig: { http1ProtocolOptions: {} } }),
      ['error inconsistent-values upstreams.connectionConfig.http1ProtocolOptions'],
    ],
    [inUpstream({ useHttp2: true, protocolSelection: 1, connectionConfig: { http1ProtocolOptions: {} } }), []],
    [inUpstream({ dnsRefreshRate: '5s' }), ['error not-allowed-here upstreams.dnsRefreshRate']],
    [inUpstream({ dnsRefreshRate: '0s' }), ['warning no-effect upstreams.dnsRefreshRate']],
    [inUpstream({ static: { hosts: [{ ...host, addr: 'a.b' }] }, dnsRefreshRate: '5s' }), []],
    [inUpstream({ initialStreamWindowSize: 65_534 }), ['error out-of-range upstreams.initialStreamWindowSize']],
    [inUpstream({ outlierDetection: {} }), ['error required upstreams.outlierDetection.interval']],
    [
      inUpstream({ outlierDetection: { interval: '1s', maxEjectionPercent: 101 } }),
      ['error out-of-range upstreams.outlierDetection.maxEjectionPercent'],
    ],
    [
      inUpstream({
        loadBalancerConfig: { ringHash: { ringHashConfig: { minimumRingSize: '2048', maximumRingSize: 1024 } } },
      }),
      ['error inconsistent-values upstreams.loadBalancerConfig.ringHash.ringHashConfig.maximumRingSize'],
    ],
    [
      inUpstream({ loadBalancerConfig: { random: {}, maglev: {} } }),
      ['error oneof-conflict upstreams.loadBalancerConfig'],
    ],
    [inHealthCheck({}), ['error oneof-missing upstreams.healthChecks[0]']],
    [inHealthCheck({ httpHealthCheck: { path: '/' } }), []],
    [inHealthCheck({ httpHealthCheck: {} }), ['error required upstreams.healthChecks[0].httpHealthCheck.path']],
    [inHealthCheck({ grpcHealthCheck: {} }), ['error inconsistent-values upstreams.healthChecks[0].grpcHealthCheck']],
    [
      inHealthCheck({ httpHealthCheck: { path: '/', serviceNameMatcher: { safeRegex: { regex: '(' } } } }),
      ['error invalid-format upstreams.healthChecks[0].httpHealthCheck.serviceNameMatcher.safeRegex.regex'],
    ],
    [
      inHealthCheck({ httpHealthCheck: { path: '/', responseAssertions: assertions({ header: 'a', regex: '[' }) } }),
      [
        'error invalid-format upstreams.healthChecks[0].httpHealthCheck.responseAssertions.responseMatchers[0].responseMatch.regex',
      ],
    ],
    [
      inHealthCheck({
        httpHealthCheck: { path: '/', responseAssertions: assertions({ header: 'a', body: {}, regex: '.*' }) },
      }),
      [
        'error oneof-conflict upstreams.healthChecks[0].httpHealthCheck.responseAssertions.responseMatchers[0].responseMatch',
      ],
    ],
    [inUpstream({ static: undefined, endpoints: [] }), ['error wrong-type upstreams.endpoints']],
    [inUpstream({ endpoints: () => () => {} }), ['error oneof-conflict upstreams']],
    [
      inHealthCheck({ tcpHealthCheck: {}, interval: undefined, healthyThreshold: undefined }),
      [
        'error required upstreams.healthChecks[0].interval',
        'error required upstreams.healthChecks[0].healthyThreshold',
      ],
    ],
    [
      inHealthCheck({ httpHealthCheck: { path: '/', expectedStatuses: [{ start: 300, end: 300 }] } }),
      ['error inconsistent-values upstreams.healthChecks[0].httpHealthCheck.expectedStatuses[0]'],
    ],
    [
      inHealthCheck({ tcpHealthCheck: { send: { text: '0' } } }),
      ['error invalid-format upstreams.healthChecks[0].tcpHealthCheck.send.text'],
    ],
  ])('%#', (findings, expected) => {
    expect(findings).toEqual(expected)
  })
})

describe('gateways', () => {
  const connection = (matcher: object) => ({ matcher, httpGateway: {} })

  test.each([
    [inGateway({}), ['error oneof-missing gateways']],
    [inGateway({ httpGateway: {} }), []],
    [inGateway({ httpGateway: {}, bindPort: 65_536 }), ['error out-of-range gateways.bindPort']],
    [
      inGateway({ httpGateway: {}, tcpGateway: {} }),
      ['warning not-supported gateways.tcpGateway', 'error oneof-conflict gateways'],
    ],
    [inGateway({ hybridGateway: {} }), ['error oneof-missing gateways.hybridGateway']],
    [
      inGateway({ hybridGateway: { matchedGateways: [connection({}), connection({})] } }),
      ['error duplicate-entry gateways.hybridGateway.matchedGateways[1].matcher'],
    ],
    [
      inGateway({
        hybridGateway: {
          matchedGateways: [connection({ sourcePrefixRanges: [{ addressPrefix: '1.2.3.4', prefixLen: 33 }] })],
        },
      }),
      ['error out-of-range gateways.hybridGateway.matchedGateways[0].matcher.sourcePrefixRanges[0].prefixLen'],
    ],
    [
      inGateway({
        httpGateway: { options: { httpConnectionManagerSettings: { upgrades: [{ connectTerminate: {} }] } } },
      }),
      [
        'warning not-supported gateways.httpGateway.options.httpConnectionManagerSettings.upgrades[0].connectTerminate',
        'error not-allowed-here gateways.httpGateway.options.httpConnectionManagerSettings.upgrades[0].connectTerminate',
      ],
    ],
    [
      inGateway({ httpGateway: { options: { healthCheck: { path: 'healthz' } } } }),
      ['error invalid-path gateways.httpGateway.options.healthCheck.path'],
    ],
    [
      inGateway({ httpGateway: { options: { gzip: { windowBits: 16 } } } }),
      ['error out-of-range gateways.httpGateway.options.gzip.windowBits'],
    ],
  ])('%#', (findings, expected) => {
    expect(findings).toEqual(expected)
  })
})

describe('virtual services and tables', () => {
  const table = (selector: object) => found({ routeTables: [{ metadata, routes: [{ delegateAction: { selector } }] }] })

  test.each([
    [
      found({ virtualServices: [{ metadata, virtualHost: { domains: [''] } }] }),
      ['error out-of-range virtualServices.virtualHost.domains[0]'],
    ],
    [
      found({ virtualServices: [{ metadata, virtualHost: { domains: ['a.com', 'b.com', 'A.com', 'a.com:80'] } }] }),
      ['error duplicate-entry virtualServices.virtualHost.domains[2]'],
    ],
    [
      found({
        virtualServices: [{ metadata, virtualHost: { domains: ['http://a.com', 'a*b', '*a*', '*', '*.a:80', 'a.*'] } }],
      }),
      [0, 1, 2].map((index) => `warning no-effect virtualServices.virtualHost.domains[${index}]`),
    ],
    [
      table({ labels: { a: 'b' }, expressions: [{ key: 'a', operator: 'Exists' }] }),
      ['warning invalid-selector routeTables.routes[0].delegateAction.selector'],
    ],
    [
      table({
        expressions: [
          { key: 'a', operator: 'In' },
          { key: 'a', operator: 'GreaterThan', values: ['x'] },
          { key: 'a', operator: 5, values: ['x'] },
        ],
      }),
      [0, 1, 2].map(
        (index) =>
          `warning invalid-selector routeTables.routes[0].delegateAction.selector.expressions[${index}].values`,
      ),
    ],
    [
      table({ expressions: [{ key: 'a', operator: 'Equal' }] }),
      ['error unknown-value routeTables.routes[0].delegateAction.selector.expressions[0].operator'],
    ],
    [
      table({ expressions: [{ key: 'a' }] }),
      ['error required routeTables.routes[0].delegateAction.selector.expressions[0].operator'],
    ],
    [found({ upstreamGroups: [{ metadata, destinations: [] }] }), ['error out-of-range upstreamGroups.destinations']],
    [found({ secrets: [{ metadata }] }), ['error oneof-missing secrets']],
    [
      found({ settings: { gloo: { invalidConfigPolicy: { invalidRouteResponseCode: 700 } } } }),
      ['error out-of-range settings.gloo.invalidConfigPolicy.invalidRouteResponseCode'],
    ],
  ])('%#', (findings, expected) => {
    expect(findings).toEqual(expected)
  })
})

describe('names', () => {
  test('of one kind must differ', () => {
    expect(
      found({
        upstreams: [
          { metadata: { name: 'a' }, pipe: { path: '/a' } },
          { metadata: { name: 'a', namespace: 'default' }, pipe: { path: '/b' } },
        ],
        routeTables: [{ metadata: { name: 'a' } }],
      }),
    ).toEqual(['error duplicate-resource upstreams[default.a].metadata.name'])
  })
})

describe('bodies of direct responses', () => {
  const body = 'é'.repeat(2049)
  const virtualServices = [{ metadata, virtualHost: { routes: [{ directResponseAction: { status: 200, body } }] } }]
  const place = 'virtualServices.virtualHost.routes[0].directResponseAction.body'
  const gateway = (name: string, routeOptions?: object) => ({
    metadata: { name },
    httpGateway: {},
    ...(routeOptions && { routeOptions }),
  })

  test('have 4096 bytes at most', () => {
    expect(found({ virtualServices })).toEqual([`error out-of-range ${place}`])
  })

  test('have what the most generous gateway allows', () => {
    const gateways = [gateway('a'), gateway('b', { maxDirectResponseBodySizeBytes: 8192 })]
    expect(found({ gateways, virtualServices })).toEqual([])
    expect(found({ gateways: [gateway('c', { maxDirectResponseBodySizeBytes: 10 })], virtualServices })).toEqual([
      `error out-of-range ${place}`,
    ])
  })
})
