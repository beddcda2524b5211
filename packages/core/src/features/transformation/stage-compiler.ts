import type { SettingsConfig } from '../../config/settings.ts'
import type { RequestMatch, RequestResponseTransformations, ResponseMatch } from '../../config/transformation.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { ConfigError } from '../../schema/config-error.ts'
import type { Finding } from '../../schema/finding.ts'
import { compileRequestMatch, compileResponseMatch } from './compile-match.ts'
import type { TemplateEngine } from './engine.ts'
import type { CompiledStage } from './stage.ts'
import type { TransformationTools } from './template.ts'
import type { TransformationContext } from './transformation-template.ts'

/** One compiled entry, and what was found in it. */
interface Compiled<T> {
  readonly entry: T | undefined
  readonly findings: readonly Finding[]
}

/** How the transformations of one stage are set up. */
export interface StageSetup extends TransformationContext {
  readonly stage: RequestResponseTransformations
  /** The stage stands for the deprecated `transformations`, which have no list. */
  readonly isLegacy: boolean
  readonly settings: SettingsConfig
}

type Compile<C, T> = (config: C, context: TransformationContext, tools: TransformationTools) => T | undefined

/**
 * Makes stages ready. What many routes inherit from one virtual host is compiled once: entries are told apart by the
 * objects that they are, and every configuration has objects of its own.
 */
export class StageCompiler {
  readonly #engines: readonly TemplateEngine[]
  readonly #known = new WeakMap<object, Map<string, Compiled<unknown>>>()

  constructor(engines: readonly TemplateEngine[]) {
    this.#engines = engines
  }

  /** @throws {@link ConfigError} with everything that is wrong with the stage */
  compile(setup: StageSetup, runtime: Runtime): CompiledStage {
    const { requestTransforms = [], responseTransforms = [] } = setup.stage
    const findings: Finding[] = []
    const entries = <C extends object, T>(configs: readonly C[], field: string, compile: Compile<C, T>): readonly T[] =>
      configs.flatMap((config, index) => {
        const place = setup.isLegacy ? setup.place : `${setup.place}.${field}[${index}]`
        const context = { ...setup, place }
        const compiled = this.#entry(config, context, setup.settings, runtime, compile)
        findings.push(...compiled.findings)
        return compiled.entry === undefined ? [] : [compiled.entry]
      })
    const stage = {
      requestMatches: entries<RequestMatch, CompiledStage['requestMatches'][number]>(
        requestTransforms,
        'requestTransforms',
        compileRequestMatch,
      ),
      responseMatches: entries<ResponseMatch, CompiledStage['responseMatches'][number]>(
        responseTransforms,
        'responseTransforms',
        compileResponseMatch,
      ),
    }
    if (findings.length > 0) throw new ConfigError(findings.map((finding) => ({ ...finding, resource: undefined })))
    return stage
  }

  #entry<C extends object, T>(
    config: C,
    context: TransformationContext,
    { gloo }: SettingsConfig,
    runtime: Runtime,
    compile: Compile<C, T>,
  ): Compiled<T> {
    const variants = this.#known.get(config) ?? new Map<string, Compiled<unknown>>()
    const variant = `${context.escapeCharacters} ${context.logs}`
    const known = variants.get(variant) as Compiled<T> | undefined
    if (known !== undefined) return known
    const findings: Finding[] = []
    const report = (finding: Finding): void => void findings.push(finding)
    const tools = { engines: this.#engines, runtime, maxProgramSize: gloo?.regexMaxProgramSize, report }
    const compiled: Compiled<T> = { entry: compile(config, context, tools), findings }
    this.#known.set(config, variants.set(variant, compiled))
    return compiled
  }
}
