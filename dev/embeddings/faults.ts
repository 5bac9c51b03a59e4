import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from './request-error.ts'

/** Failures that a test orders, to see what the caller of a bad service does. */
export interface Faults {
  /** Takes `{ mode: 'none' | 'status', status?, delayMs?, count? }`; without `count` it holds until the next order. */
  set(order: unknown): { mode: string }
  /** Waits and fails as ordered. */
  strike(): Promise<void>
}

const MAX_DELAY_MS = 60_000

/** Starts without faults. */
export function openFaults(): Faults {
  let status = 0
  let delayMs = 0
  let left = 0

  return {
    set(order) {
      const fields = (typeof order === 'object' && order !== null ? order : {}) as Record<string, unknown>
      const { mode, count = Number.POSITIVE_INFINITY } = fields
      if (mode !== 'none' && mode !== 'status')
        throw new RequestError(400, "'mode' must be 'none' or 'status'.", 'mode')
      status = mode === 'status' ? numberIn(fields, 'status', 503, 599) : 0
      delayMs = numberIn(fields, 'delayMs', 0, MAX_DELAY_MS)
      left = typeof count === 'number' ? count : 0
      return { mode }
    },
    async strike() {
      if (left <= 0) return
      left--
      const failure = status
      if (delayMs > 0) await sleep(delayMs)
      if (failure >= 400) throw new RequestError(failure, 'The fault that was ordered.')
    },
  }
}

function numberIn(fields: Record<string, unknown>, name: string, absent: number, max: number): number {
  const value = fields[name] ?? absent
  if (typeof value === 'number' && value >= 0 && value <= max) return value
  throw new RequestError(400, `'${name}' must be a number from 0 to ${max}.`, name)
}
