import { textOfOctets } from '../../http/octets.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { CompiledTransformation } from './compiled.ts'
import type { MessageSide } from './failure.ts'
import type { Message } from './message.ts'

/** Writes a message to the debug log, where the configuration asks for it (`logRequestResponseInfo`). */
export function logMessage(
  moment: 'before' | 'after',
  side: MessageSide,
  message: Message,
  { place, logs }: CompiledTransformation,
  { report }: Runtime,
): void {
  if (!logs) return
  const pseudo = message.pseudoHeaders.map((name) => [name, message.header(name)] as const)
  const fields = [...message.headers].map(([name, value]) => [name, textOfOctets(value)] as const)
  const { origin } = message.facts
  report({
    type: 'transformation',
    route: origin,
    transformation: place,
    side,
    moment,
    headers: [...pseudo, ...fields],
    body: message.streams ? undefined : message.shownBody,
  })
}
