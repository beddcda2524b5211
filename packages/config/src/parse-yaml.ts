import type { GatewayConfig } from '@headgate/core'
import { Collector } from './collector.ts'
import { collectText } from './parse-texts.ts'
import { SourceText } from './source-text.ts'

/** Options of {@link parseYaml}. */
export interface ParseOptions {
  /** Name of the file that the text comes from, for findings. */
  readonly file?: string
}

/**
 * Reads Gloo resources, as they are applied to Kubernetes, as a configuration. JSON is YAML, so it is read as well.
 *
 * Documents and the items of Kubernetes lists are put into lists by kind, without `apiVersion`, `kind` and `status`, and
 * with the fields of `spec` beside `metadata`. What is in the resources is for the gateway to check: field names may be in
 * camelCase or in snake_case. Merge keys, other tags than YAML's own and twice the same key are errors. A document may
 * also be a whole configuration, such as `JSON.stringify(gateway)` makes.
 *
 * The configuration remembers where everything stands, so that errors of a gateway made of it say line and column; ask
 * with {@link locate}.
 *
 * @throws ConfigError with everything that is wrong with the text
 */
export function parseYaml(text: string, { file }: ParseOptions = {}): GatewayConfig {
  const collector = new Collector()
  collectText(new SourceText(text, file), collector)
  return collector.finish()
}
