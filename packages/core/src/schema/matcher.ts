import type { HeaderMatcher, Matcher, QueryParameterMatcher } from '../config/matcher.ts'
import { extension, type Field } from './field.ts'
import { empty, flag, list, message, required, text } from './protobuf-json.ts'
import { atMostOne } from './rule.ts'
import { methodName, notEmpty, path, pathTemplate, readableHeaderName } from './text-rules.ts'

export const headerMatcher: Field<HeaderMatcher> = message<HeaderMatcher>('HeaderMatcher', {
  name: required(text(readableHeaderName)),
  value: text(),
  regex: flag(),
  invertMatch: flag(),
})

const queryParameterMatcher: Field<QueryParameterMatcher> = message<QueryParameterMatcher>('QueryParameterMatcher', {
  name: required(text(notEmpty)),
  value: text(),
  regex: flag(),
})

export const matcher: Field<Matcher> = message<Matcher>(
  'Matcher',
  {
    prefix: text(path),
    exact: text(path),
    regex: text(notEmpty),
    connectMatcher: empty(),
    pathTemplate: extension(text(pathTemplate)),
    caseSensitive: flag(),
    headers: list(headerMatcher),
    queryParameters: list(queryParameterMatcher),
    methods: list(text(methodName)),
  },
  atMostOne('prefix', 'exact', 'regex', 'connectMatcher', 'pathTemplate'),
)
