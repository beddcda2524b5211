import type { Json } from '../../config/common.ts'
import type { DynamicMetadataValue } from '../../config/transformation.ts'
import type { RequestContext } from '../../context.ts'
import { dynamicMetadata } from '../../forward/dynamic-metadata.ts'
import { parseJson } from './json.ts'
import { transformationNamespace } from './message.ts'

/** Notes a value for later filters and logs; an empty one is none. */
export function noteMetadata(
  context: RequestContext,
  { metadataNamespace: namespace = '', key, jsonToProto = false }: DynamicMetadataValue,
  text: string,
): void {
  if (text === '') return
  const name = namespace === '' ? transformationNamespace : namespace
  const before = context.get(dynamicMetadata)
  const values = before !== undefined && Object.hasOwn(before, name) ? before[name] : undefined
  const value = jsonToProto ? (structured(text) ?? text) : text
  context.set(dynamicMetadata, { ...before, [name]: { ...values, [key]: value } })
}

/** A `google.protobuf.Value`, whose numbers are all doubles. */
function structured(text: string): Json | undefined {
  if (!parseJson(text).ok) return undefined
  return JSON.parse(text) as Json
}
