import { WireError } from './errors.ts'

/** What the next `count` requests to `/sql` suffer. Tests use it to prove how clients meet a failing database. */
export interface Fault {
  /**
   * `refuse` cuts the connection before anything runs; `status` answers without running anything; `garbage` and `huge` answer,
   * without running anything, 200 with what is no JSON, or with more than anybody can keep.
   */
  readonly mode: 'none' | 'refuse' | 'status' | 'garbage' | 'huge'
  readonly status: number
  /** Wait before the request is handled. */
  readonly delayMs: number
  /** Cut the connection after this many bytes of the answer's body; the statement has run by then. */
  readonly dropAfterBytes: number | undefined
  /** Only requests whose connection string has this in it suffer; everybody when absent. */
  readonly only: string | undefined
}

const MODES: readonly unknown[] = ['none', 'refuse', 'status', 'garbage', 'huge']

/** Holds the fault that was ordered last and how often it still applies. */
export class Faults {
  #fault: Fault | undefined
  #left = 0

  /** Takes the JSON body of `POST /faults`. Throws `WireError` when it is not understood. */
  order(text: string): void {
    const body = parse(text)
    if (!MODES.includes(body.mode))
      throw new WireError({ message: 'mode must be none, refuse, status, garbage or huge' })
    this.#fault = {
      mode: body.mode as Fault['mode'],
      status: number(body.status, 503),
      delayMs: number(body.delayMs, 0),
      dropAfterBytes: body.dropAfterBytes === undefined ? undefined : number(body.dropAfterBytes, 0),
      only: typeof body.only === 'string' ? body.only : undefined,
    }
    this.#left = number(body.count, 1)
  }

  /** Uses up one count, for a request with this connection string. */
  take(connection = ''): Fault | undefined {
    if (this.#left <= 0 || (this.#fault?.only !== undefined && !connection.includes(this.#fault.only))) return undefined
    this.#left -= 1
    return this.#fault
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>
  } catch {
    // Answered below.
  }
  throw new WireError({ message: 'not a JSON object' })
}

function number(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback
}
