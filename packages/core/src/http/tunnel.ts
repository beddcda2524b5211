/**
 * One end of a connection that has left HTTP for another protocol: bytes both ways. Until {@link Tunnel.pipe} is called
 * what comes in is kept, within bounds.
 */
export interface Tunnel {
  /** Starts pushing what comes in into `sink`. Called once. */
  pipe(sink: TunnelSink): void
  /** Goes on after {@link TunnelSink.write} returned false. */
  resume(): void
  /** Sends bytes; false asks to wait for {@link TunnelSink.onDrain}. */
  write(chunk: Uint8Array): boolean
  /** Sends what has been written and closes. Nothing more is pushed. */
  end(): void
  /** Closes at once. Nothing more is pushed. Harmless after the end. */
  cancel(reason: unknown): void
}

/** Who gets the bytes of a {@link Tunnel}. After `end` or `fail` nothing more comes. */
export interface TunnelSink {
  /** Takes a chunk; false asks to pause until {@link Tunnel.resume}. */
  write(chunk: Uint8Array): boolean
  /** There is room again for {@link Tunnel.write}. */
  onDrain(): void
  /** The peer has ended its side. */
  end(): void
  /** The connection broke. */
  fail(error: unknown): void
}
