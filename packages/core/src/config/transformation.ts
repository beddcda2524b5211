import type { RequestContext } from '../context.ts'
import type { Empty, Json } from './common.ts'
import type { HeaderMatcher, Matcher } from './matcher.ts'

/** Transformations by the stage they run in. Source: Gloo `transformation.proto`. */
export interface TransformationStages {
  /** Before CORS, authentication and rate limits. */
  readonly early?: RequestResponseTransformations
  /** After them. */
  readonly regular?: RequestResponseTransformations
  /** After a host has been picked; runs again at every retry. */
  readonly postRouting?: RequestResponseTransformations
  /** Add the parent's `early` and `regular` transformations after one's own. Default false: a block of one's own hides the parent's. */
  readonly inheritTransformation?: boolean
  /** Write messages to the debug log before and after. */
  readonly logRequestResponseInfo?: boolean
  /** Keep JSON escapes in the strings that templates insert. Default: `Settings.gloo.transformationEscapeCharacters`. */
  readonly escapeCharacters?: boolean
}

/** The transformations of one stage. In each list the first match wins. */
export interface RequestResponseTransformations {
  readonly requestTransforms?: readonly RequestMatch[]
  /** Asked only if the chosen request entry has no response transformation. */
  readonly responseTransforms?: readonly ResponseMatch[]
}

/** A pair of transformations, chosen by the request. */
export interface RequestMatch {
  /** Default: every request. */
  readonly matcher?: Matcher
  /** Choose the route anew after the request has been transformed. Default false. */
  readonly clearRouteCache?: boolean
  readonly requestTransformation?: Transformation
  readonly responseTransformation?: Transformation
}

/** A transformation chosen by the response. */
export interface ResponseMatch {
  /** All must match; `:status` can be asked for. */
  readonly matchers?: readonly HeaderMatcher[]
  /** Exactly these response code details. */
  readonly responseCodeDetails?: string
  readonly responseTransformation?: Transformation
}

/** Deprecated form: one pair for every request, in the regular stage. Ignored if `stagedTransformations.regular` is set. */
export interface Transformations {
  readonly requestTransformation?: Transformation
  readonly responseTransformation?: Transformation
  readonly clearRouteCache?: boolean
}

/** One transformation: exactly one of `transformationTemplate` and `headerBodyTransform`. */
export interface Transformation {
  readonly transformationTemplate?: TransformationTemplate
  /** Puts headers and body into one JSON object, which becomes the body. */
  readonly headerBodyTransform?: HeaderBodyTransform
  readonly logRequestResponseInfo?: boolean
}

/** Settings of `headerBodyTransform`. */
export interface HeaderBodyTransform {
  /** Add method, path and query. Requests only. Default false. */
  readonly addRequestMetadata?: boolean
}

/**
 * Computes new headers and a new body from the original message. At most one of `body`, `passthrough`,
 * `mergeExtractorsToBody` and `mergeJsonKeys`.
 */
export interface TransformationTemplate {
  /** Templates address JSON with pointers (`time/start`) and extractors with `extraction()`. Default false. */
  readonly advancedTemplates?: boolean
  /** Texts taken from the message, by name. */
  readonly extractors?: Readonly<Record<string, Extraction>>
  /** Sets headers. An empty result removes the header. */
  readonly headers?: Readonly<Record<string, Template>>
  /** Adds header values. An empty result adds nothing. */
  readonly headersToAppend?: readonly HeaderToAppend[]
  readonly headersToRemove?: readonly string[]
  /** Replaces the body. */
  readonly body?: Template
  /** Leaves the body alone and does not buffer it. */
  readonly passthrough?: Empty
  /** Writes every extraction into the JSON body, at its dotted name. */
  readonly mergeExtractorsToBody?: Empty
  readonly mergeJsonKeys?: MergeJsonKeys
  /** Default `ParseAsJson`: a body that is not JSON is an error. */
  readonly parseBodyBehavior?: 'ParseAsJson' | 'DontParse'
  /** Go on without JSON if the body cannot be parsed. Default false. */
  readonly ignoreErrorOnParse?: boolean
  readonly dynamicMetadataValues?: readonly DynamicMetadataValue[]
  readonly escapeCharacters?: boolean
  /** Names the trace span. Requests only. */
  readonly spanTransformer?: SpanTransformer
}

/** Computes a text: a template in one of the languages, or in TypeScript a function. */
export type Template = TemplateText | TemplateFunction

/** A template as data. At most one of the fields; without any the text is empty. */
export interface TemplateText {
  /** An Inja template. Needs an engine: `@headgate/inja`, which the package `headgate` brings. */
  readonly text?: string
  /**
   * A JSONata expression. Needs an engine: `@headgate/jsonata`.
   * @remarks headgate extension
   */
  readonly jsonata?: string
  /**
   * What a plain function becomes.
   * @remarks headgate extension
   */
  readonly function?: TemplateFunction
}

/** Computes a text in TypeScript. Whatever it throws is a failed transformation: 400. Without a result the text is empty. */
export type TemplateFunction = (message: TemplateMessage) => string | undefined

/** The request or response that is transformed, as templates see it. Its functions may be taken off it: `({ header }) => header('x')`. */
export interface TemplateMessage {
  /**
   * The body as JSON, with extractions under their names; null where there is none. Integers that a number cannot hold
   * are a `bigint`. With `advancedTemplates` extractions are not in it.
   */
  readonly json: unknown
  /** The body as text. */
  readonly body: string
  /** The exchange that the message belongs to. */
  readonly context: RequestContext
  /** The first value of a header of this message, or a pseudo header such as `:path` or `:status`; `''` where there is none. */
  header(name: string): string
  /** The same of the request, also while the response is transformed. */
  requestHeader(name: string): string
  /** What an extractor has taken; `''` where there is none of that name. */
  extraction(name: string): string
  /**
   * What is noted about the exchange (`dynamic`), its upstream's annotations (`cluster`) or the host's metadata (`host`).
   *
   * @param key keys in nested objects are parted by `:`
   * @param namespace default `io.solo.transformation`
   */
  metadata(of: MetadataSource, key: string, namespace?: string): Json | undefined
}

/** Whose metadata a template asks for. */
export type MetadataSource = 'dynamic' | 'cluster' | 'host'

/** Takes a text from the message. Exactly one of `header` and `body`. */
export interface Extraction {
  /** First value of this header. */
  readonly header?: string
  readonly body?: Empty
  /** Matches the whole source, except in mode `REPLACE_ALL`. */
  readonly regex?: string
  /** Capture group to take or to replace. Default 0, the whole match. */
  readonly subgroup?: number
  /** Required in both replacing modes, forbidden in `EXTRACT`. */
  readonly replacementText?: string
  /** Default `EXTRACT`. */
  readonly mode?: 'EXTRACT' | 'SINGLE_REPLACE' | 'REPLACE_ALL'
}

/** A header value to add. */
export interface HeaderToAppend {
  readonly key: string
  readonly value: Template
}

/** Sets top-level keys of the JSON body. */
export interface MergeJsonKeys {
  readonly jsonKeys?: Readonly<Record<string, OverridableTemplate>>
}

/** A template whose result is JSON. */
export interface OverridableTemplate {
  readonly tmpl: Template
  /** Set the key even to an empty result. Default false. */
  readonly overrideEmpty?: boolean
}

/** A value for later filters and logs. */
export interface DynamicMetadataValue {
  /** Default `io.solo.transformation`. */
  readonly metadataNamespace?: string
  readonly key: string
  readonly value: Template
  /** Parse the result as JSON. Default false. */
  readonly jsonToProto?: boolean
}

/** Names the trace span. */
export interface SpanTransformer {
  readonly name?: Template
}
