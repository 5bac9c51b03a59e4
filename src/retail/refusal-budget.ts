import { RateLimitedError } from '../errors.ts'

/**
 * How often the cost gate may refuse one user, in whichever sessions. A refusal tells one bit of the planner's estimate, which
 * knows of rows that row security hides; somebody who asks again and again with a moving threshold is after that number, not
 * after an answer.
 */
export interface RefusalBudget {
  /** Throws `RateLimitedError` when it is spent; asked before a query runs, so that the answer tells nothing of it. */
  demand(): Promise<void>
  /** Counts a refusal; once it returns, every session of the user knows whether the budget is spent. */
  spend(): Promise<void>
  /** Hears from elsewhere that it is spent until then, milliseconds since 1970. */
  close(until: number): void
}

/** Where the refusals of one user are counted. Times are milliseconds since 1970, 0 while free SQL is open. */
export interface RefusalBook {
  countRefusal(): Promise<number>
  freeSqlClosedUntil(): Promise<number>
}

/** Opens a session's side of the book: it asks once in its life, and hears of what other sessions have spent. */
export function createRefusalBudget(book: () => RefusalBook, now: () => number): RefusalBudget {
  let closedUntil: number | undefined
  return {
    async demand() {
      // A book that does not answer lets nothing through: whoever could silence it would have no budget.
      if (closedUntil === undefined) {
        const told = await book().freeSqlClosedUntil()
        closedUntil = Math.max(told, closedUntil ?? 0)
      }
      if (now() >= closedUntil) return
      throw new RateLimitedError('Too many of your queries were too large for the database.', {
        hint: `Wait ${Math.ceil((closedUntil - now()) / 60_000)} minutes, then ask for totals, or for a shorter period.`,
      })
    },
    async spend() {
      closedUntil = Math.max(await book().countRefusal(), closedUntil ?? 0)
    },
    close(until) {
      closedUntil = Math.max(until, closedUntil ?? 0)
    },
  }
}
