export type { Answer, AnswerObject, FixedAnswer } from './answer.ts'
export type { Call } from './call.ts'
export type { Exchange, Script } from './exchange.ts'
export { FakeTransport, type FakeTransportOptions } from './fake-transport.ts'
export { faults, type SlowDripOptions } from './faults.ts'
export type { Fields } from './fields.ts'
export { ManualClock } from './manual-clock.ts'
export { type RequestInit, request } from './request.ts'
export { seededRandom } from './seeded-random.ts'
export {
  type Answering,
  type InformationalReply,
  type Reply,
  type SendInit,
  send,
} from './send.ts'
export { sequence } from './sequence.ts'
