import { describe, expect, test } from 'vitest'
import { checkConfig } from './check.ts'

const toUpstream = { single: { upstream: { name: 'u' } } }

/** Codes and places of what is found in a route, with options taken as if they were implemented. */
function inRoute(route: object): readonly string[] {
  const routes = [{ routeAction: toUpstream, ...route }]
  const { issues } = checkConfig({ routeTables: [{ metadata: { name: 't' }, routes }] }, { unsupported: 'warning' })
  return issues
    .filter(({ code }) => code !== 'not-implemented')
    .map(
      ({ severity, code, path }) =>
        `${severity} ${code} ${path.replace(/^routeTables\[default\.t\]\.routes\[0\]\.?/, '')}`,
    )
}
const inMatcher = (matcher: object) => inRoute({ matchers: [matcher] })
const inOptions = (options: object) => inRoute({ options })
const inAction = (action: object) => inRoute({ routeAction: undefined, ...action })

describe('matchers', () => {
  test.each([
    {},
    { prefix: '' },
    { prefix: '/a(b)c,d;e=f@g:h~i%20' },
    { exact: '/a.b/..c' },
    { regex: '.*' },
    { connectMatcher: {} },
    { pathTemplate: '/users/:id/posts/:post_id' },
    { pathTemplate: '/files/*rest' },
    { headers: [{ name: ':method' }, { name: 'X-Y' }], methods: ['GET', 'LABEL'] },
  ])('%j is fine', (matcher) => {
    expect(inMatcher(matcher)).toEqual([])
  })

  test.each([
    [{ prefix: '/', exact: '/' }, 'oneof-conflict matchers[0]'],
    [{ prefix: '/', pathTemplate: '/' }, 'oneof-conflict matchers[0]'],
    [{ prefix: '/a//b' }, 'invalid-path matchers[0].prefix'],
    [{ prefix: '/a/./b' }, 'invalid-path matchers[0].prefix'],
    [{ prefix: '/a/..' }, 'invalid-path matchers[0].prefix'],
    [{ prefix: '/a%2Fb' }, 'invalid-path matchers[0].prefix'],
    [{ exact: '/a#b' }, 'invalid-path matchers[0].exact'],
    [{ exact: '/a b' }, 'invalid-path matchers[0].exact'],
    [{ exact: '/a?b' }, 'invalid-path matchers[0].exact'],
    [{ exact: '/a%zz' }, 'invalid-path matchers[0].exact'],
    [{ regex: '' }, 'out-of-range matchers[0].regex'],
    [{ pathTemplate: 'users/:id' }, 'invalid-path-template matchers[0].pathTemplate'],
    [{ pathTemplate: '/users/:1' }, 'invalid-path-template matchers[0].pathTemplate'],
    [{ pathTemplate: '/users/:' }, 'invalid-path-template matchers[0].pathTemplate'],
    [{ pathTemplate: '/*rest/more' }, 'invalid-path-template matchers[0].pathTemplate'],
    [{ pathTemplate: '/files/*' }, 'invalid-path-template matchers[0].pathTemplate'],
    [{ pathTemplate: '/:a/:a' }, 'invalid-path-template matchers[0].pathTemplate'],
    [{ headers: [{ name: 'a b' }] }, 'invalid-header-name matchers[0].headers[0].name'],
    [{ headers: [{ name: ':paht' }] }, 'invalid-header-name matchers[0].headers[0].name'],
    [{ headers: [{}] }, 'required matchers[0].headers[0].name'],
    [{ queryParameters: [{ name: '' }] }, 'out-of-range matchers[0].queryParameters[0].name'],
    [{ methods: ['GET '] }, 'invalid-format matchers[0].methods[0]'],
  ])('%j is not', (matcher, finding) => {
    expect(inMatcher(matcher)).toEqual([`error ${finding}`])
  })
})

describe('actions', () => {
  test.each([
    [{}, 'oneof-missing '],
    [{ routeAction: toUpstream, redirectAction: {} }, 'oneof-conflict '],
    [{ routeAction: {} }, 'oneof-missing routeAction'],
    [{ routeAction: { ...toUpstream, clusterHeader: 'x' } }, 'oneof-conflict routeAction'],
    [{ routeAction: { single: {} } }, 'oneof-missing routeAction.single'],
    [{ routeAction: { single: { upstream: {} } } }, 'required routeAction.single.upstream.name'],
    [{ routeAction: { single: { upstream: { name: '' } } } }, 'out-of-range routeAction.single.upstream.name'],
    [{ routeAction: { multi: {} } }, 'required routeAction.multi.destinations'],
    [{ routeAction: { clusterHeader: '' } }, 'invalid-header-name routeAction.clusterHeader'],
    [{ directResponseAction: {} }, 'required directResponseAction.status'],
    [{ directResponseAction: { status: 199 } }, 'out-of-range directResponseAction.status'],
    [{ directResponseAction: { status: 600 } }, 'out-of-range directResponseAction.status'],
    [{ directResponseAction: { status: 200.5 } }, 'wrong-type directResponseAction.status'],
    [{ redirectAction: { pathRedirect: '/a', prefixRewrite: '/b' } }, 'oneof-conflict redirectAction'],
    [{ redirectAction: { responseCode: 'MOVED' } }, 'unknown-value redirectAction.responseCode'],
    [{ redirectAction: { responseCode: 302 } }, 'unknown-value redirectAction.responseCode'],
    [{ redirectAction: { portRedirect: 65_536 } }, 'out-of-range redirectAction.portRedirect'],
    [{ redirectAction: { hostRedirect: 'a\nb' } }, 'invalid-path redirectAction.hostRedirect'],
    [{ delegateAction: { ref: { name: 'a' }, selector: {} } }, 'oneof-conflict delegateAction'],
    [{ delegateAction: {}, matchers: [{}, {}] }, 'inconsistent-values matchers'],
    [{ delegateAction: {}, matchers: [{ exact: '/a' }] }, 'inconsistent-values matchers[0].exact'],
    [{ delegateAction: {}, matchers: [{ regex: '/a' }] }, 'inconsistent-values matchers[0].regex'],
  ])('%j is wrong', (action, finding) => {
    expect(inAction(action)).toEqual([`error ${finding}`])
  })

  test.each([
    { redirectAction: { hostRedirect: '[fe80::2]', responseCode: 4 } },
    { redirectAction: { hostRedirect: '[fe80::2]:8080', pathRedirect: '/a?b=c d' } },
    { redirectAction: {} },
    { delegateAction: {} },
    { delegateAction: { ref: { name: 'a' } }, matchers: [{ prefix: '/a', headers: [{ name: 'b' }] }] },
    { routeAction: { clusterHeader: 'x-cluster' } },
  ])('%j is fine', (action) => {
    expect(inAction(action)).toEqual([])
  })

  test.each([
    [[0, 0], ['error invalid-weights routeAction.multi.destinations']],
    [[0, 1], []],
    [[undefined, undefined], ['error invalid-weights routeAction.multi.destinations']],
    [[4_294_967_295, 1], ['error invalid-weights routeAction.multi.destinations']],
    [[-1, 2], ['error out-of-range routeAction.multi.destinations[0].weight']],
    [['1', 1], ['error wrong-type routeAction.multi.destinations[0].weight']],
  ])('weights of %j', (weights, findings) => {
    const destinations = weights.map((weight) => ({ destination: { upstream: { name: 'u' } }, weight }))
    expect(inAction({ routeAction: { multi: { destinations } } })).toEqual(findings)
  })

  test('a cluster header that no request can have is a warning', () => {
    expect(inAction({ routeAction: { clusterHeader: 'a:b' } })).toEqual([
      'warning invalid-header-name routeAction.clusterHeader',
    ])
  })
})

describe('options that do not fit the action', () => {
  const shadowing = { upstream: { name: 'u' } }
  const lbHash = { hashPolicies: [{ sourceIp: true }] }
  const cors = { allowOrigin: ['a'] }

  test.each([
    [{ redirectAction: {}, options: { shadowing } }, ['error not-allowed-here options.shadowing']],
    [{ directResponseAction: { status: 200 }, options: { shadowing } }, ['error not-allowed-here options.shadowing']],
    [{ redirectAction: {}, options: { lbHash } }, ['error not-allowed-here options.lbHash']],
    [{ redirectAction: {}, options: { cors } }, ['error not-allowed-here options.cors']],
    [{ directResponseAction: { status: 200 }, options: { cors } }, []],
    [{ delegateAction: {}, options: { shadowing, lbHash, cors } }, []],
    [{ routeAction: toUpstream, options: { shadowing, lbHash, cors } }, []],
  ])('%j', (route, findings) => {
    expect(inAction(route)).toEqual(findings)
  })
})

describe('rewriting with a path template', () => {
  const options = { pathTemplateRewrite: '/u/:id' }

  test.each([
    [{ matchers: [{ pathTemplate: '/users/:id' }], options }, []],
    [
      { matchers: [{ pathTemplate: '/users/:name' }], options },
      ['error invalid-path-template options.pathTemplateRewrite'],
    ],
    [
      { matchers: [{ pathTemplate: '/:id' }, { prefix: '/' }], options },
      ['error invalid-path-template options.pathTemplateRewrite'],
    ],
    [{ options }, ['error invalid-path-template options.pathTemplateRewrite']],
    [{ inheritablePathMatchers: true, options }, []],
    [{ routeAction: undefined, delegateAction: {}, options }, []],
    [{ options: { pathTemplateRewrite: '/plain' } }, []],
    [{ options: { pathTemplateRewrite: 'plain' } }, ['error invalid-path-template options.pathTemplateRewrite']],
  ])('%j', (route, findings) => {
    expect(inRoute(route)).toEqual(findings)
  })
})

describe('rewrites and headers', () => {
  const regexRewrite = { pattern: { regex: 'a' } }
  const adding = (header: object) => ({ headerManipulation: { requestHeadersToAdd: [header] } })

  test.each([
    [{ prefixRewrite: '/a', regexRewrite }, 'oneof-conflict options'],
    [{ hostRewrite: 'a', autoHostRewrite: false }, 'oneof-conflict options'],
    [{ hostRewriteHeader: 'a', hostRewritePathRegex: regexRewrite }, 'oneof-conflict options'],
    [{ prefixRewrite: '/a//b' }, 'invalid-path options.prefixRewrite'],
    [{ regexRewrite: {} }, 'required options.regexRewrite.pattern'],
    [{ hostRewrite: 'a\r\nb' }, 'invalid-header-value options.hostRewrite'],
    [{ timeout: '-1s' }, 'invalid-duration options.timeout'],
    [{ timeout: 15 }, 'wrong-type options.timeout'],
    [adding({}), 'oneof-missing options.headerManipulation.requestHeadersToAdd[0]'],
    [adding({ header: {} }), 'required options.headerManipulation.requestHeadersToAdd[0].header.key'],
    [
      adding({ header: { key: '' } }),
      'invalid-header-name options.headerManipulation.requestHeadersToAdd[0].header.key',
    ],
    [
      adding({ header: { key: 'Host' } }),
      'invalid-header-name options.headerManipulation.requestHeadersToAdd[0].header.key',
    ],
    [
      adding({ header: { key: ':path' } }),
      'invalid-header-name options.headerManipulation.requestHeadersToAdd[0].header.key',
    ],
    [
      adding({ header: { key: 'a\x7f' } }),
      'invalid-header-name options.headerManipulation.requestHeadersToAdd[0].header.key',
    ],
    [
      adding({ header: { key: 'a', value: 'b\0' } }),
      'invalid-header-value options.headerManipulation.requestHeadersToAdd[0].header.value',
    ],
    [
      { headerManipulation: { responseHeadersToRemove: [':status'] } },
      'invalid-header-name options.headerManipulation.responseHeadersToRemove[0]',
    ],
  ])('%j is wrong', (options, finding) => {
    expect(inOptions(options)).toEqual([`error ${finding}`])
  })

  test.each([
    { prefixRewrite: '' },
    { prefixRewrite: '/a?b=c#d' },
    { timeout: '0s' },
    { timeout: '1h30m' },
    adding({ header: { key: 'a' } }),
    adding({ header: { key: "!#$%&'*+-.^_`|~", value: '' }, append: false }),
    adding({ headerSecretRef: { name: 'a' } }),
  ])('%j is fine', (options) => {
    expect(inOptions(options)).toEqual([])
  })
})
