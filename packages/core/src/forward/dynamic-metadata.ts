import type { JsonObject } from '../config/common.ts'
import { slot } from '../context.ts'

/**
 * What filters found out about a request, by namespace: Envoy's dynamic metadata. Written by transformations
 * (`dynamicMetadataValues`), read by `%DYNAMIC_METADATA(namespace:key)%`.
 */
export const dynamicMetadata = slot<Readonly<Record<string, JsonObject>>>('dynamic metadata')
