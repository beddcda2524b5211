import type {
  DelegateAction,
  DelegateOptionsRefs,
  DirectResponseAction,
  DynamicForwardProxyRouteAction,
  RedirectAction,
  RouteAction,
  RouteConfig,
} from '../config/route.ts'
import { regexRewrite, resourceRef, selector } from './common.ts'
import { destination, multiDestination } from './destination.ts'
import { extension, type Field, later, never } from './field.ts'
import { matcher } from './matcher.ts'
import { enumeration, flag, list, message, required, text, uint32 } from './protobuf-json.ts'
import { routeOptions } from './route-options.ts'
import { delegation, optionsFitAction, templateParametersExist } from './route-rules.ts'
import { atMostOne, exactlyOne, type Rule, wholeRule } from './rule.ts'
import { headerName, headerValue, pathWithQuery, redirectHost } from './text-rules.ts'

const clusterHeaderName: Rule<string> = wholeRule((value, report) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
  if (!/^[\x00-\x7f]*$/.test(value) || value.includes(':'))
    report({
      code: 'invalid-header-name',
      severity: 'warning',
      message: 'no request has a header of this name',
      expected: 'an ASCII name without ":"',
    })
  else if (value === '')
    report({ code: 'invalid-header-name', message: 'a header needs a name', expected: 'the name of a header' })
})

const routeAction: Field<RouteAction> = message<RouteAction>(
  'RouteAction',
  {
    single: destination,
    multi: multiDestination,
    upstreamGroup: resourceRef,
    clusterHeader: text(clusterHeaderName),
    dynamicForwardProxy: later(
      'Processing',
      message<DynamicForwardProxyRouteAction>(
        'DynamicForwardProxyRouteAction',
        { hostRewrite: text(headerValue), autoHostRewriteHeader: text(headerName) },
        atMostOne('hostRewrite', 'autoHostRewriteHeader'),
      ),
    ),
  },
  exactlyOne('single', 'multi', 'upstreamGroup', 'clusterHeader', 'dynamicForwardProxy'),
)

const redirectAction: Field<RedirectAction> = message<RedirectAction>(
  'RedirectAction',
  {
    hostRedirect: text(redirectHost),
    pathRedirect: text(pathWithQuery),
    prefixRewrite: text(pathWithQuery),
    regexRewrite,
    responseCode: enumeration('MOVED_PERMANENTLY', 'FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT'),
    httpsRedirect: flag(),
    stripQuery: flag(),
    portRedirect: uint32({ max: 65_535 }),
  },
  atMostOne('pathRedirect', 'prefixRewrite', 'regexRewrite'),
)

const directResponseAction: Field<DirectResponseAction> = message<DirectResponseAction>('DirectResponseAction', {
  status: required(uint32({ min: 200, max: 599 })),
  body: text(),
})

const delegateAction: Field<DelegateAction> = message<DelegateAction>(
  'DelegateAction',
  { ref: resourceRef, selector, name: text(), namespace: text(), relativePaths: extension(flag()) },
  atMostOne('ref', 'selector'),
)

/** References to option resources. */
export const optionsConfigRefs: Field<DelegateOptionsRefs> = message<DelegateOptionsRefs>('DelegateOptionsRefs', {
  delegateOptions: list(resourceRef),
})

/** A route of a virtual service or a route table. */
export const route: Field<RouteConfig> = message<RouteConfig>(
  'RouteConfig',
  {
    name: text(),
    matchers: list(matcher),
    inheritableMatchers: flag(),
    inheritablePathMatchers: flag(),
    routeAction,
    redirectAction,
    directResponseAction,
    delegateAction,
    graphqlApiRef: never('Gloo removed it in 1.20.', resourceRef),
    options: routeOptions,
    optionsConfigRefs,
  },
  exactlyOne('routeAction', 'redirectAction', 'directResponseAction', 'delegateAction'),
  delegation,
  optionsFitAction,
  templateParametersExist,
)
