import { setTimeout as delay } from 'node:timers/promises'

/** A provider refused. `message` is the provider's own words, for the operator's eyes; it never holds our credentials. */
export class ApiError extends Error {
  readonly status: number

  constructor(provider: string, status: number, detail: string) {
    const said = status === UNREACHABLE ? 'gave no answer' : `answered ${status}`
    super(`${provider} ${said}${detail === '' ? '' : `: ${detail}`}`)
    this.name = 'ApiError'
    this.status = status
  }
}

export interface ApiOptions {
  /** As the operator knows it: Neon, Cloudflare. */
  readonly provider: string
  readonly baseUrl: string
  readonly token: string
  /** Waits this many milliseconds; the tests do not. */
  readonly sleep?: (ms: number) => Promise<unknown>
  /** Told when a request has to wait. */
  readonly onWait?: (reason: string, ms: number) => void
  /** Ends waiting, and looks that are under way; what changes something is never cut off, so that its answer is known. */
  readonly signal?: (() => AbortSignal) | undefined
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
}

/** One request to a provider; returns the parsed body. Throws `ApiError`. */
export type Api = (path: string, request?: ApiRequest) => Promise<unknown>

const TRIES = 8
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 20_000
const TIMEOUT_MS = 30_000
/** In the place of a status: there was no answer. What was asked for may have been done. */
const UNREACHABLE = 0
/** Busy with another operation (Neon), too many requests, and what a provider says when it stumbles. */
const WORTH_ANOTHER_TRY = new Set([UNREACHABLE, 423, 429, 500, 502, 503, 504])

/**
 * Opens a provider's JSON API. Locks, rate limits and stumbles are waited out, as long as the provider asks for, else twice
 * as long each time. A creation is repeated only when the provider says it did not happen (423, 429), so that nothing is made twice.
 */
export function openApi({ provider, baseUrl, token, sleep, onWait = () => {}, signal }: ApiOptions): Api {
  const rest = sleep ?? pauseUntil(signal)
  return async (path, { method = 'GET', body } = {}) => {
    for (let attempt = 1; ; attempt++) {
      const stop = signal?.()
      stop?.throwIfAborted()
      const timeout = AbortSignal.timeout(TIMEOUT_MS)
      const { status, headers, text } = await request(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        signal: stop !== undefined && method === 'GET' ? AbortSignal.any([timeout, stop]) : timeout,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch((error: unknown) => {
        stop?.throwIfAborted()
        return { status: UNREACHABLE, headers: new Headers(), text: JSON.stringify({ message: reasonOf(error) }) }
      })
      if (status >= 200 && status < 300) return text === '' ? {} : JSON.parse(text)
      const mayRepeat = method !== 'POST' || status === 423 || status === 429
      if (attempt === TRIES || !mayRepeat || !WORTH_ANOTHER_TRY.has(status)) {
        throw new ApiError(provider, status, messageIn(text))
      }
      const wait = waitAsked(headers) ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1))
      onWait(status === 423 ? 'is busy with another operation' : 'asks to wait', wait)
      await rest(wait)
    }
  }
}

async function request(url: string, init: RequestInit) {
  const response = await fetch(url, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Node says no more than "fetch failed"; what failed is beneath. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  return String(cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : error))
}

/** Waits until the time is over or a stop is wished for. */
export function pauseUntil(signal: (() => AbortSignal) | undefined): (ms: number) => Promise<unknown> {
  return (ms) => {
    const stop = signal?.()
    return delay(ms, undefined, stop === undefined ? {} : { signal: stop }).catch((error: unknown) => {
      stop?.throwIfAborted()
      throw error
    })
  }
}

function waitAsked(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(LONGEST_WAIT_MS, seconds * 1000) : undefined
}

/** Neon says `{message}`, Cloudflare `{errors: [{message}]}`. */
function messageIn(text: string): string {
  try {
    const body = JSON.parse(text) as { message?: unknown; errors?: { message?: unknown }[] }
    const words = body.message ?? body.errors?.map(({ message }) => message).join('; ')
    return typeof words === 'string' ? words.slice(0, 300) : ''
  } catch {
    return ''
  }
}
