import { createBound } from './bound.ts'

/**
 * How the statements that callers write take turns, so that nobody's long ones slow everybody else: one statement of a user runs
 * for as long as it needs; beside it others get a moment each, which is enough for most; one that was not done by then waits for
 * its turn and is run again. The database decides, for all sessions of the user (`api.take_turn`, sql/0031); what waits in this
 * session waits here, where it holds no connection.
 */

/** How long a statement may run beside a long one; less when others wait for their turn. Beside four of a whole second others waited twice as long. */
export const QUICK_MS = 500
/** How long a statement waits in the database at most, where it holds a connection: somebody's whole turn, and most of another's. */
const LONGEST_WAIT_MS = 18_000
/** First tries of a session that the database has to decide on: one that runs long, and one beside it. */
const FIRST_TRIES = 2

/** One way of running a statement. */
export interface Turn {
  /** Whether it may be told to be quick, or else waits in line. */
  readonly isFirstTry: boolean
  readonly quickMs: number
  /** How long the database lets it wait for its turn. */
  readonly waitMs: number
}

export interface TurnOptions {
  readonly signal: AbortSignal | undefined
  /** Milliseconds until the statement must have begun, or it could not end in time. */
  readonly leftMs: () => number
}

/** The turns of one session. */
export interface Turns {
  /**
   * Runs `attempt`, which throws `OverrunError` when it was told to be quick and was not; then it is run again, in line.
   * Throws `RateLimitedError` when its turn does not come in time.
   */
  run<T>(attempt: (turn: Turn) => Promise<T>, options: TurnOptions): Promise<T>
}

/** The statement was stopped because it took longer than a moment beside another one; it may be run again. */
export class OverrunError extends Error {
  constructor(cause: unknown) {
    super('not quick enough beside another statement', { cause })
    this.name = 'OverrunError'
  }
}

export function createTurns(): Turns {
  const first = createBound({ max: FIRST_TRIES, queueMs: 0, refusal: 'RATE_LIMITED' })
  const line = createBound({ max: 1, queueMs: 0, refusal: 'RATE_LIMITED' })
  return {
    async run(attempt, { signal, leftMs }) {
      const wait = () => ({ signal, queueMs: leftMs() })
      const turn = (isFirstTry: boolean): Turn => ({
        isFirstTry,
        quickMs: QUICK_MS,
        waitMs: Math.max(1, Math.min(LONGEST_WAIT_MS, leftMs())),
      })
      try {
        return await first.run(() => attempt(turn(true)), wait())
      } catch (error) {
        if (!(error instanceof OverrunError)) throw error
      }
      return line.run(() => attempt(turn(false)), wait())
    },
  }
}
