import type { RequestContext, Slot } from '../../packages/core/src/context.ts'
import { HeaderMap } from '../../packages/core/src/http/headers.ts'
import { type Client, GatewayRequest } from '../../packages/core/src/http/message.ts'

/** What a {@link fakeContext} differs in from a plain `GET /`. */
export interface FakeContextOptions
  extends Partial<
    Omit<RequestContext, 'request' | 'get' | 'set' | 'clearRouteCache' | 'addResponseFlag' | 'flag' | 'askForBody'>
  > {
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly client?: Partial<Client>
  readonly slots?: readonly (readonly [Slot<unknown>, unknown])[]
  readonly downstream?: { readonly httpVersion: string }
}

const client: Client = { address: '192.0.2.7', port: 4321, secure: false, localAddress: '192.0.2.1', localPort: 8080 }

/** An exchange that nobody serves, for whatever only reads one. */
export function fakeContext(options: FakeContextOptions = {}): RequestContext {
  const { target = '/', headers = {}, client: peer = {}, slots = [], ...facts } = options
  const values = new Map(slots.map(([slot, value]) => [slot.id, value]))
  return {
    request: new GatewayRequest('GET', target, new HeaderMap(Object.entries(headers)), null, { ...client, ...peer }),
    revision: 1,
    gateway: 'gateway-proxy',
    virtualService: 'default.api',
    route: undefined,
    params: {},
    clientAddress: '192.0.2.7',
    upgrade: undefined,
    startedAt: 0,
    upstream: '',
    upstreamAddress: '',
    attempts: [],
    error: undefined,
    responseFlags: [],
    responseCodeDetails: '',
    status: 0,
    bytesSent: 0,
    bytesReceived: 0,
    signal: new AbortController().signal,
    get: <T>(slot: Slot<T>) => values.get(slot.id) as T | undefined,
    set: (slot, value) => void values.set(slot.id, value),
    clearRouteCache() {},
    addResponseFlag() {},
    flag() {},
    askForBody() {},
    ...facts,
  }
}
