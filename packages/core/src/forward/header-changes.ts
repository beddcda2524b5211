import type { HeaderMap } from '../http/headers.ts'
import type { Format } from './format.ts'
import type { FormatContext, ResponseHead } from './format-operators.ts'

/** A header to add. */
export interface HeaderChange {
  readonly name: string
  /** Whether to keep values that are there already. */
  readonly append: boolean
  readonly format: Format
}

/**
 * The changes of one level to the headers of one message, in Envoy's order: removals, then values that replace others,
 * then values that are added. All values are made up before the first is written, so that two headers can be swapped.
 *
 * Source: Envoy `HeaderParser::evaluateHeaders`.
 */
export class HeaderChanges {
  readonly #removals: readonly string[]
  /** Those that replace stand before those that add. */
  readonly #changes: readonly HeaderChange[]
  /** The values; undefined when one of them differs from exchange to exchange. */
  readonly #constants: readonly string[] | undefined

  constructor(removals: readonly string[], changes: readonly HeaderChange[]) {
    this.#removals = removals
    this.#changes = [...changes.filter(({ append }) => !append), ...changes.filter(({ append }) => append)]
    const values = this.#changes.flatMap(({ format: { constant } }) => constant ?? [])
    this.#constants = values.length === changes.length ? values : undefined
  }

  /** @param response the response, where the headers are those of one */
  apply(headers: HeaderMap, context: FormatContext, response: ResponseHead | undefined): void {
    for (const name of this.#removals) headers.delete(name)
    const values = this.#constants ?? this.#changes.map(({ format }) => format.render(context, response))
    for (let index = 0; index < values.length; index++) {
      const { name, append } = this.#changes[index] as HeaderChange
      const value = values[index] as string
      if (value === '') continue
      if (append) headers.append(name, value)
      else headers.set(name, value)
    }
  }
}
