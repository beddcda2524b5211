import type { Json } from '../../config/common.ts'
import type { MetadataSource, TemplateMessage } from '../../config/transformation.ts'
import type { RequestContext } from '../../context.ts'
import { dynamicMetadata } from '../../forward/dynamic-metadata.ts'
import type { HeaderMap } from '../../http/headers.ts'
import { octets, textOfOctets } from '../../http/octets.ts'
import { headerValue } from '../../http/pseudo.ts'
import { isFieldValue } from '../../http/valid.ts'
import { TransformationFailure } from './failure.ts'
import type { JsonValue } from './json.ts'
import { type LoadedBody, MessageBody } from './message-body.ts'
import type { RouteFacts } from './route-facts.ts'

/** Where Gloo's transformations keep their metadata. */
export const transformationNamespace = 'io.solo.transformation'

/** Fields about framing or the connection, which nobody but the gateway can keep true. */
const gatewaysOwn: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** A message while it is transformed: what templates read, and where their results go. */
export abstract class Message implements TemplateMessage {
  readonly context: RequestContext
  json: JsonValue = null
  readonly extractions = new Map<string, string>()
  readonly facts: RouteFacts
  /** Whether the body streams past: nobody has read it, and nobody may put another in its place. */
  readonly streams: boolean
  readonly headers: HeaderMap
  protected readonly content = new MessageBody()

  constructor(context: RequestContext, facts: RouteFacts, headers: HeaderMap, streams: boolean) {
    this.context = context
    this.facts = facts
    this.headers = headers
    this.streams = streams
  }

  get body(): string {
    return this.content.text
  }

  /** Whether there is a body, and it was read. */
  get hasContent(): boolean {
    return (this.content.bytes?.length ?? 0) > 0
  }

  /** What the body is now, for debug logs. */
  get shownBody(): string {
    return this.content.shown
  }

  loadBody(loaded: LoadedBody): void {
    this.content.load(loaded)
  }

  replaceBody(text: string): void {
    if (!this.streams) this.content.replace(text, this.headers)
  }

  // These four may be taken off the message, as `({ header }) => header('x')` does.
  readonly header = (name: string): string => {
    const value = name.startsWith(':') ? this.pseudo(name.toLowerCase()) : this.headers.get(name)
    return textOfOctets(value ?? '')
  }

  readonly requestHeader = (name: string): string => {
    const { request } = this.context
    const value = name.startsWith(':') ? headerValue(request, name.toLowerCase()) : request.headers.get(name)
    return textOfOctets(value ?? '')
  }

  readonly extraction = (name: string): string => this.extractions.get(name) ?? ''

  readonly metadata = (of: MetadataSource, key: string, namespace = transformationNamespace): Json | undefined => {
    if (of === 'cluster') return own(this.facts.clusterMetadata, key)
    const all = of === 'dynamic' ? this.context.get(dynamicMetadata) : this.facts.hostMetadata(this.context)
    let value: Json | undefined = own(all, namespace)
    for (const step of key.split(':')) value = own(value, step)
    return value
  }

  /** Puts a value in the place of all there are. Nothing takes them away, but for the parts that a message must have. */
  setHeader(name: string, text: string): void {
    const lower = name.toLowerCase()
    if (gatewaysOwn.has(lower)) return
    const value = octets(text)
    if (lower.startsWith(':') || lower === 'host') {
      if (value !== '') this.setPseudo(lower, value)
    } else if (value === '') this.headers.delete(name)
    else this.headers.set(name, fieldValue(value))
  }

  /** Adds a value to those there are; nothing adds nothing. */
  appendHeader(name: string, text: string): void {
    const lower = name.toLowerCase()
    if (text === '' || gatewaysOwn.has(lower)) return
    if (lower.startsWith(':') || lower === 'host') this.setPseudo(lower, octets(text))
    else this.headers.append(name, fieldValue(octets(text)))
  }

  removeHeader(name: string): void {
    if (!gatewaysOwn.has(name.toLowerCase()) && name.toLowerCase() !== 'host') this.headers.delete(name)
  }

  /** The pseudo headers that such a message has. */
  abstract readonly pseudoHeaders: readonly string[]
  /** @param name in lower case */
  protected abstract pseudo(name: string): string | undefined
  protected abstract setPseudo(name: string, value: string): void
}

/** What a template made must not become a second header, or a second message. */
function fieldValue(value: string): string {
  if (isFieldValue(value)) return value
  throw new TransformationFailure('invalidOutgoing', 'the value contains a line break or another control character')
}

function own(object: Json | Readonly<Record<string, Json>> | undefined, key: string): Json | undefined {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, key)) return undefined
  return (object as Readonly<Record<string, Json>>)[key]
}
