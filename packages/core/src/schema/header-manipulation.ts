import type { HeaderValue } from '../config/common.ts'
import type { EarlyHeaderManipulation, HeaderManipulation, HeaderValueOption } from '../config/header-manipulation.ts'
import { resourceRef } from './common.ts'
import { type Field, secret } from './field.ts'
import { flag, list, message, required, text } from './protobuf-json.ts'
import { exactlyOne } from './rule.ts'
import { headerValue, mutableHeaderName } from './text-rules.ts'

const header: Field<HeaderValue> = message<HeaderValue>('MutableHeaderValue', {
  key: required(text(mutableHeaderName)),
  value: secret(text(headerValue)),
})

const headerToAdd: Field<HeaderValueOption> = message<HeaderValueOption>(
  'HeaderValueOption',
  { header, headerSecretRef: resourceRef, append: flag() },
  exactlyOne('header', 'headerSecretRef'),
)

export const headerManipulation: Field<HeaderManipulation> = message<HeaderManipulation>('HeaderManipulation', {
  requestHeadersToAdd: list(headerToAdd),
  requestHeadersToRemove: list(text(mutableHeaderName)),
  responseHeadersToAdd: list(headerToAdd),
  responseHeadersToRemove: list(text(mutableHeaderName)),
})

export const earlyHeaderManipulation: Field<EarlyHeaderManipulation> = message<EarlyHeaderManipulation>(
  'EarlyHeaderManipulation',
  {
    headersToAdd: list(headerToAdd),
    headersToRemove: list(text(mutableHeaderName)),
  },
)
