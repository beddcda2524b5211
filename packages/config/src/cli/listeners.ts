import { type Gateway, type RunningServer, type ServeOptions, serve } from 'headgate'
import type { Terminal } from './terminal.ts'

/** How the gateways are opened. */
export interface ListenOptions extends Pick<ServeOptions, 'gateway' | 'host' | 'port' | 'tls'> {
  /** Milliseconds that requests in flight may take to end. */
  readonly drain: number
}

/** A Gateway resource that should listen. */
interface Wanted {
  readonly name: string
  /** The same as long as it may go on listening where it does. */
  readonly key: string
  readonly secure: boolean
}

/** The servers of a gateway, which follow its Gateway resources when those change. */
export class Listeners {
  readonly #gateway: Gateway
  readonly #options: ListenOptions
  readonly #terminal: Terminal
  readonly #open = new Map<string, RunningServer>()
  #work: Promise<void> = Promise.resolve()

  constructor(gateway: Gateway, options: ListenOptions, terminal: Terminal) {
    this.#gateway = gateway
    this.#options = options
    this.#terminal = terminal
  }

  /** Opens what the configuration asks for; rejects if any of it cannot be opened. */
  async open(): Promise<void> {
    const wanted = this.#wanted()
    if (wanted.length === 0) throw new RangeError('there is no gateway to open: all are for TLS and serve nothing')
    for (const one of wanted) await this.#start(one)
  }

  /** Opens and closes what a change of the configuration asks for; what cannot be opened is told and left closed. */
  follow(): Promise<void> {
    this.#work = this.#work.then(() => this.#follow())
    return this.#work
  }

  async close(): Promise<void> {
    await this.#work
    await Promise.all(Array.from(this.#open.values(), (server) => server.close({ drain: this.#options.drain })))
  }

  async #follow(): Promise<void> {
    try {
      const wanted = this.#wanted()
      const keys = new Set(wanted.map(({ key }) => key))
      // First those that are gone: another may want their port.
      await Promise.all([...this.#open.keys()].filter((key) => !keys.has(key)).map((key) => this.#stop(key)))
      for (const one of wanted)
        if (!this.#open.has(one.key)) await this.#start(one).catch((error) => this.#tell(one, error))
    } catch (error) {
      this.#terminal.err(`headgate serve: ${(error as Error).message}`)
    }
  }

  #wanted(): readonly Wanted[] {
    const { gateway: name, tls, host, port } = this.#options
    const names = name === undefined ? this.#gateway.listeners : [this.#gateway.listener(name).name]
    if (names.length > 1 && port !== undefined && port !== 0)
      throw new RangeError(`port ${port} is for one gateway: name it with --gateway, or leave out --port`)
    return names.flatMap((each): Wanted[] => {
      const { bindAddress, bindPort, virtualHosts } = this.#gateway.listener(each)
      const secure = this.#isForTls(each)
      // Gloo opens no port for a gateway without routes, and every installation has such a one for TLS.
      if (secure && tls === undefined && virtualHosts.length === 0 && name === undefined) return []
      if (secure && tls === undefined)
        throw new RangeError(
          `the gateway "${each}" is for TLS: say --tls-cert and --tls-key, or serve another with --gateway`,
        )
      return [{ name: each, secure, key: JSON.stringify([each, host ?? bindAddress, port ?? bindPort, secure]) }]
    })
  }

  #isForTls(name: string): boolean {
    return (
      this.#gateway.toJSON().gateways?.some(({ metadata, ssl }) => metadata?.name === name && ssl === true) ?? false
    )
  }

  async #start({ name, key, secure }: Wanted): Promise<void> {
    const { drain: _, tls, ...options } = this.#options
    const server = await serve(this.#gateway, { ...options, gateway: name, ...(secure && tls && { tls }) })
    this.#open.set(key, server)
    this.#terminal.out(`${name} on ${server.url}`)
  }

  async #stop(key: string): Promise<void> {
    const server = this.#open.get(key)
    this.#open.delete(key)
    await server?.close({ drain: this.#options.drain })
    if (server !== undefined) this.#terminal.err(`headgate serve: closed ${server.url}`)
  }

  #tell({ name }: Wanted, error: unknown): void {
    this.#terminal.err(`headgate serve: gateway "${name}" stays closed: ${(error as Error).message}`)
  }
}
