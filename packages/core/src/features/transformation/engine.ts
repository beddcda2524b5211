import type { TemplateMessage } from '../../config/transformation.ts'
import type { Clock } from '../../runtime/clock.ts'

/**
 * A template language. The gateway knows none but plain functions; `@headgate/inja` brings the one of Gloo's YAML,
 * `@headgate/jsonata` another. They are passed in the option `templates` of a gateway.
 */
export interface TemplateEngine {
  /** The field of a template whose texts this engine understands. */
  readonly field: 'text' | 'jsonata'
  /**
   * Makes a template ready, once per configuration: what can be wrong with its text is found here.
   *
   * @throws {@link TemplateError}
   */
  compile(source: string, options: TemplateOptions): CompiledTemplate
}

/** What a template is compiled with. */
export interface TemplateOptions {
  /** Names are JSON pointers (`time/start`), and extractions are not among them. */
  readonly advancedTemplates: boolean
  /** Texts are inserted with JSON's escapes. */
  readonly escapeCharacters: boolean
  /** The value of an environment variable, to be read while the template is compiled and never later. */
  readonly environment: (name: string) => string | undefined
  /** Measures how long a template takes. */
  readonly clock: Pick<Clock, 'now'>
}

/** A template that is ready. It holds nothing of any message, so that many may be rendered at a time. */
export interface CompiledTemplate {
  /** Whether it may look at {@link TemplateMessage.body}. If no template does, the body can stay where it is. */
  readonly readsBody: boolean
  /** Whether it may look at {@link TemplateMessage.json}. */
  readonly readsJson: boolean
  /**
   * Computes the text. It ends after a bounded number of steps, whatever the message says, and cannot reach anything but
   * the message.
   *
   * @throws {@link TemplateError}; from a promise, by rejecting
   */
  render(message: TemplateMessage): string | Promise<string>
}

const brand = Symbol.for('headgate.template-error')

/** What is wrong with a template, or why it has no result for a message. The client is told the message. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  /** Where in the template. */
  readonly position: TemplatePosition | undefined

  constructor(message: string, position?: TemplatePosition) {
    super(position === undefined ? message : `(at ${position.line}:${position.column}) ${message}`)
    this.position = position
    Object.defineProperty(this, brand, { value: true })
  }

  /** Works across two copies of the package, where `instanceof` does not. */
  static is(value: unknown): value is TemplateError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }
}

/** A place in a template; both numbers begin at 1. */
export interface TemplatePosition {
  readonly line: number
  readonly column: number
}
