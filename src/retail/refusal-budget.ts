import { RateLimitedError } from '../errors.ts'

/**
 * How often the cost gate may refuse one session. A refusal tells one bit of the planner's estimate, which knows of rows that
 * row security hides; somebody who asks again and again with a moving threshold is after that number, not after an answer.
 */
export interface RefusalBudget {
  /** Throws `RateLimitedError` when it is spent; asked before a query runs, so that the answer tells nothing of it. */
  demand(): void
  spend(): void
}

const MAX_REFUSALS = 5
const PER_MS = 10 * 60_000

export function createRefusalBudget(now: () => number): RefusalBudget {
  let refusals: number[] = []
  return {
    demand() {
      refusals = refusals.filter((at) => now() - at < PER_MS)
      if (refusals.length < MAX_REFUSALS) return
      throw new RateLimitedError('Too many of your queries were too large for the database.', {
        hint: 'Wait ten minutes, then ask for totals, or for a shorter period.',
      })
    },
    spend() {
      refusals.push(now())
    },
  }
}
