import type { RawData, WebSocket } from 'ws'
import { fatal, type WireError } from '../errors.ts'

/** Thrown to end a conversation whose other side has left. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

const LENGTH_BYTES = 4
// Postgres' own limits for a startup packet and for a message.
const MAX_STARTUP = 10_000
const MAX_MESSAGE = 0x3fffffff

/** Cuts what a WebSocket client sends into messages of Postgres' protocol. */
export class WireReader {
  readonly #gone = new AbortController()
  #buffer: Buffer = Buffer.alloc(0)
  #wake: () => void = () => {}

  constructor(socket: WebSocket) {
    socket.on('message', (data) => {
      this.#buffer = Buffer.concat([this.#buffer, bytesOf(data)])
      this.#wake()
    })
    socket.on('close', () => {
      this.#gone.abort(new ClientGone())
      this.#wake()
    })
  }

  /** Fires when the socket closes. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  /** Reads the startup packet: a length and a body, without a type. */
  startup(): Promise<Buffer> {
    return this.#frame(0, MAX_STARTUP)
  }

  /** Reads a message with its type and length. Rejects with `atLimit` when none arrives in `limitMs`. */
  async message(limitMs?: number, atLimit?: () => WireError): Promise<Buffer> {
    if (limitMs === undefined || !atLimit) return this.#frame(1, MAX_MESSAGE)

    const { promise: limit, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(atLimit()), limitMs)
    try {
      return await Promise.race([this.#frame(1, MAX_MESSAGE), limit])
    } finally {
      clearTimeout(timer)
    }
  }

  async #frame(typeBytes: number, max: number): Promise<Buffer> {
    await this.#have(typeBytes + LENGTH_BYTES)
    const length = this.#buffer.readUInt32BE(typeBytes)
    // A wrong length would make the embedded Postgres lose its place for ever.
    if (length < LENGTH_BYTES || length > max) throw fatal('08P01', 'invalid message length')

    await this.#have(typeBytes + length)
    const frame = this.#buffer.subarray(0, typeBytes + length)
    this.#buffer = this.#buffer.subarray(typeBytes + length)
    return frame
  }

  async #have(size: number): Promise<void> {
    while (this.#buffer.length < size) {
      this.#gone.signal.throwIfAborted()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}
