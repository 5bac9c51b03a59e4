import { setTimeout as delay } from 'node:timers/promises'

/** A provider refused. `message` is the provider's own words, for the operator's eyes; it never holds our credentials. */
export class ApiError extends Error {
  readonly status: number

  constructor(provider: string, status: number, detail: string) {
    super(`${provider} answered ${status}${detail === '' ? '' : `: ${detail}`}`)
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
/** Busy with another operation (Neon), too many requests, and what a provider says when it stumbles. */
const WORTH_ANOTHER_TRY = new Set([423, 429, 500, 502, 503, 504])

/**
 * Opens a provider's JSON API. Locks, rate limits and stumbles are waited out, as long as the provider asks for, else twice
 * as long each time. A creation is repeated only when the provider says it did not happen (423, 429), so that nothing is made twice.
 */
export function openApi({ provider, baseUrl, token, sleep = delay, onWait = () => {} }: ApiOptions): Api {
  return async (path, { method = 'GET', body } = {}) => {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (response.ok) return text === '' ? {} : JSON.parse(text)
      const mayRepeat = method !== 'POST' || response.status === 423 || response.status === 429
      if (attempt === TRIES || !mayRepeat || !WORTH_ANOTHER_TRY.has(response.status)) {
        throw new ApiError(provider, response.status, messageIn(text))
      }
      const wait = waitAsked(response) ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1))
      onWait(response.status === 423 ? 'is busy with another operation' : 'asks to wait', wait)
      await sleep(wait)
    }
  }
}

function waitAsked(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
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
