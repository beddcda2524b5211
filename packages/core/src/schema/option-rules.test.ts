import { describe, expect, test } from 'vitest'
import { checkConfig } from './check.ts'

/** Codes and places of what is found in the options of a route, taken as if they were implemented. */
function inOptions(options: object): readonly string[] {
  const routes = [{ routeAction: { single: { upstream: { name: 'u' } } }, options }]
  const { issues } = checkConfig({ routeTables: [{ metadata: { name: 't' }, routes }] }, { unsupported: 'warning' })
  return issues
    .filter(({ code }) => code !== 'not-implemented')
    .map(
      ({ severity, code, path }) =>
        `${severity} ${code} ${path.replace(/^routeTables\[default\.t\]\.routes\[0\]\.options\.?/, '')}`,
    )
}
const template = (transformationTemplate: object) => ({
  transformations: { requestTransformation: { transformationTemplate } },
})
const extractor = (extraction: object) => template({ extractors: { a: extraction } })
const within = 'transformations.requestTransformation.transformationTemplate'

test.each([
  { retries: { retryOn: '5xx, retriable-4xx,unavailable', retryBackOff: { baseInterval: '1ms', maxInterval: '1ms' } } },
  { retries: { retryBackOff: { baseInterval: '5s' } } },
  { faults: { abort: { percentage: 0.5, httpStatus: 503 }, delay: { percentage: 100, fixedDelay: '10ms' } } },
  { shadowing: { upstream: { name: 'u' }, percentage: 35 } },
  { lbHash: { hashPolicies: [{ cookie: { name: 'c', ttl: '0s' } }, { header: 'x', terminal: true }] } },
  { upgrades: [{ websocket: { enabled: false } }] },
  { cors: { allowOrigin: ['https://a.com'], maxAge: '1d', allowMethods: ['*'] } },
  { cors: { disableForRoute: true } },
  {
    csrf: {
      filterEnabled: { defaultValue: { numerator: 500, denominator: 'TEN_THOUSAND' } },
      additionalOrigins: [{ suffix: 'a' }],
    },
  },
  { bufferPerRoute: { disabled: true } },
  { ratelimit: { localRatelimit: { maxTokens: 1, fillInterval: '50ms' } } },
  { statefulSession: { cookieBased: { cookie: { name: 'c', ttl: '0s' } } } },
  extractor({ body: {}, mode: 'SINGLE_REPLACE', replacementText: '' }),
  extractor({ header: ':path', regex: '.*', replacementText: '' }),
  template({ body: {}, headers: { ':status': { text: '200' } } }),
  template({ mergeJsonKeys: { jsonKeys: { a: { tmpl: { text: '1' } } } } }),
  {
    stagedTransformations: {
      early: {},
      regular: { requestTransforms: [{}], responseTransforms: [{ matchers: [{ name: ':status' }] }] },
    },
  },
])('%j is fine', (options) => {
  expect(inOptions(options)).toEqual([])
})

describe('is wrong', () => {
  test.each([
    [
      { retries: { retryBackOff: { baseInterval: '10s', maxInterval: '5s' } } },
      'inconsistent-values retries.retryBackOff.maxInterval',
    ],
    [{ retries: { retryBackOff: { maxInterval: '5s' } } }, 'required retries.retryBackOff.baseInterval'],
    [{ retries: { retryBackOff: { baseInterval: '0s' } } }, 'out-of-range retries.retryBackOff.baseInterval'],
    [
      { retries: { previousPriorities: { updateFrequency: 0 } } },
      'out-of-range retries.previousPriorities.updateFrequency',
    ],
    [{ retries: { rateLimitedRetryBackOff: {} } }, 'required retries.rateLimitedRetryBackOff.resetHeaders'],
    [{ retries: { retriableStatusCodes: [99] } }, 'out-of-range retries.retriableStatusCodes[0]'],
    [{ faults: { abort: { httpStatus: 199 } } }, 'out-of-range faults.abort.httpStatus'],
    [{ faults: { abort: {} } }, 'required faults.abort.httpStatus'],
    [{ faults: { abort: { httpStatus: 500, percentage: 101 } } }, 'out-of-range faults.abort.percentage'],
    [{ faults: { delay: { fixedDelay: '0s' } } }, 'out-of-range faults.delay.fixedDelay'],
    [{ shadowing: { percentage: 100 } }, 'required shadowing.upstream'],
    [{ shadowing: { upstream: { name: 'u' }, percentage: 200 } }, 'out-of-range shadowing.percentage'],
    [{ lbHash: { hashPolicies: [{}] } }, 'oneof-missing lbHash.hashPolicies[0]'],
    [{ upgrades: [{ websocket: {} }, { websocket: { enabled: true } }] }, 'duplicate-entry upgrades[1]'],
    [{ upgrades: [{}] }, 'oneof-missing upgrades[0]'],
    [{ cors: {} }, 'required cors'],
    [{ cors: { allowOrigin: [], allowMethods: ['GET'] } }, 'required cors'],
    [
      { csrf: { filterEnabled: { defaultValue: { numerator: 101 } } } },
      'out-of-range csrf.filterEnabled.defaultValue.numerator',
    ],
    [{ csrf: { additionalOrigins: [{ exact: 'a', prefix: 'b' }] } }, 'oneof-conflict csrf.additionalOrigins[0]'],
    [{ bufferPerRoute: {} }, 'oneof-missing bufferPerRoute'],
    [{ bufferPerRoute: { buffer: { maxRequestBytes: 0 } } }, 'out-of-range bufferPerRoute.buffer.maxRequestBytes'],
    [{ ratelimit: { localRatelimit: { maxTokens: 0 } } }, 'out-of-range ratelimit.localRatelimit.maxTokens'],
    [
      { ratelimit: { localRatelimit: { maxTokens: 1, tokensPerFill: 0 } } },
      'out-of-range ratelimit.localRatelimit.tokensPerFill',
    ],
    [
      { ratelimit: { localRatelimit: { maxTokens: 1, fillInterval: '49ms' } } },
      'out-of-range ratelimit.localRatelimit.fillInterval',
    ],
    [{ ratelimit: {}, rateLimitConfigs: {} }, 'oneof-conflict '],
    [
      { statefulSession: { cookieBased: { cookie: { name: 'c' } } } },
      'required statefulSession.cookieBased.cookie.ttl',
    ],
    [{ transformations: { requestTransformation: {} } }, 'oneof-missing transformations.requestTransformation'],
    [template({ body: {}, passthrough: {} }), `oneof-conflict ${within}`],
    [template({ passthrough: { a: 1 } }), `unknown-field ${within}.passthrough.a`],
    [template({ headers: { 'a b': { text: '' } } }), `invalid-header-name ${within}.headers["a b"]`],
    [template({ headers: { a: { text: '', jsonata: '1' } } }), `oneof-conflict ${within}.headers.a`],
    [
      template({ mergeJsonKeys: { jsonKeys: { 'a.b': { tmpl: {} } } } }),
      `invalid-merge-keys ${within}.mergeJsonKeys.jsonKeys["a.b"]`,
    ],
    [template({ mergeJsonKeys: {}, advancedTemplates: true }), `invalid-merge-keys ${within}.advancedTemplates`],
    [template({ mergeJsonKeys: {}, parseBodyBehavior: 'DontParse' }), `invalid-merge-keys ${within}.parseBodyBehavior`],
    [extractor({ regex: 'a' }), `oneof-missing ${within}.extractors.a`],
    [extractor({ body: {}, replacementText: 'x' }), `invalid-extractor ${within}.extractors.a.replacementText`],
    [extractor({ body: {}, mode: 'REPLACE_ALL' }), `invalid-extractor ${within}.extractors.a`],
    [
      extractor({ body: {}, mode: 2, replacementText: '', subgroup: 1 }),
      `invalid-extractor ${within}.extractors.a.subgroup`,
    ],
    [
      { transformations: { responseTransformation: { transformationTemplate: { spanTransformer: {} } } } },
      'not-allowed-here transformations.responseTransformation.transformationTemplate.spanTransformer',
    ],
  ])('%j', (options, finding) => {
    expect(inOptions(options)).toEqual([`error ${finding}`])
  })
})

test.each([
  [{ retriableStatusCodes: [409] }, ['warning no-effect retries.retriableStatusCodes']],
  [{ retriableStatusCodes: [409], retryOn: '5xx,retriable-status-codes' }, []],
  [{ hedge: { hedgeOnPerTryTimeout: true } }, ['warning no-effect retries.hedge']],
  [{ hedge: { hedgeOnPerTryTimeout: true }, perTryTimeout: '0s' }, ['warning no-effect retries.hedge']],
  [{ hedge: { hedgeOnPerTryTimeout: true }, perTryTimeout: '1s' }, []],
  [{ hedge: {} }, []],
])('of a retry policy, what nothing comes of is a warning: %j', (retries, findings) => {
  expect(inOptions({ retries })).toEqual(findings)
})

test.each(['connect', 'connectTerminate'])('%s is not done', (kind) => {
  const upgrades = [{ websocket: {} }, { [kind]: {} }]
  expect(inOptions({ upgrades })).toEqual([`warning not-supported upgrades[1].${kind}`])
})

test('a retry condition that nobody knows is a warning with the likeliest one', () => {
  expect(inOptions({ retries: { retryOn: '5xx,gateway-eror' } })).toEqual(['warning no-effect retries.retryOn'])
})
