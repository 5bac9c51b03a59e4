import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from './request-error.ts'

/** Failures that a test orders, to see what the caller of a bad service does. */
export interface Faults {
  /**
   * Takes `{ mode: 'none' | 'status' | 'short', status?, retryAfter?, delayMs?, count?, containing? }`; without `count` it holds
   * until the next order, with `containing` for texts that have it in them, `short` sends vectors of eight numbers.
   */
  set(order: unknown): { mode: string }
  /** Waits and fails as ordered; returns whether the vectors shall be short. */
  strike(texts: readonly string[]): Promise<{ isShort: boolean }>
}

const MAX_DELAY_MS = 60_000

/** Starts without faults. */
export function openFaults(): Faults {
  let status = 0
  let delayMs = 0
  let left = 0
  let containing = ''
  let isShort = false
  let headers: Record<string, string> = {}

  return {
    set(order) {
      const fields = (typeof order === 'object' && order !== null ? order : {}) as Record<string, unknown>
      const { mode, count = Number.POSITIVE_INFINITY } = fields
      if (mode !== 'none' && mode !== 'status' && mode !== 'short')
        throw new RequestError(400, "'mode' must be 'none', 'status' or 'short'.", 'mode')
      status = mode === 'status' ? numberIn(fields, 'status', 503, 599) : 0
      delayMs = numberIn(fields, 'delayMs', 0, MAX_DELAY_MS)
      left = typeof count === 'number' ? count : 0
      containing = typeof fields.containing === 'string' ? fields.containing : ''
      isShort = mode === 'short'
      headers = typeof fields.retryAfter === 'number' ? { 'retry-after': String(fields.retryAfter) } : {}
      return { mode }
    },
    async strike(texts) {
      if (left <= 0 || !texts.some((text) => text.includes(containing))) return { isShort: false }
      left--
      const ordered = { status, headers, isShort }
      if (delayMs > 0) await sleep(delayMs)
      if (ordered.status >= 400)
        throw new RequestError(ordered.status, 'The fault that was ordered.', null, ordered.headers)
      return ordered
    },
  }
}

function numberIn(fields: Record<string, unknown>, name: string, absent: number, max: number): number {
  const value = fields[name] ?? absent
  if (typeof value === 'number' && value >= 0 && value <= max) return value
  throw new RequestError(400, `'${name}' must be a number from 0 to ${max}.`, name)
}
