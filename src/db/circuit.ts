import { UnavailableError } from '../errors.ts'

/**
 * Stops asking a database that does not answer: after repeated failure every question is refused at once, for a while; then
 * one is let through, and its outcome decides for all, also for those who come beside it. Kept per isolate and database. No
 * I/O, no clock of its own.
 */
export interface Circuit {
  /** Runs one try. Throws `CircuitOpenError` without trying while the circuit is open, and where the one try takes long. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export interface CircuitOptions {
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
  /** What an error says of the database: that it answered, that it did not, or nothing. */
  readonly judge: (error: unknown) => Verdict
  readonly onOpen: () => void
}

export type Verdict = 'answered' | 'silent' | 'unknown'

/** Two whole questions, three tries each: what a database that starts anew may cost. */
const FAILURES_TO_OPEN = 6
const REST_MS = 2_000
/** Each trial that fails doubles the rest, up to this. */
const LONGEST_REST_MS = 30_000
/** A database that is back answers the trial within this; whoever comes meanwhile need not be sent away. */
const LONGEST_WAIT_MS = 1_000
/** The trial is looked at again and again: what another request promised is not awaited in this one. */
const LOOK_EVERY_MS = 50

/** The database has not answered for a while, so it was not asked. */
export class CircuitOpenError extends UnavailableError {
  constructor() {
    super('The database cannot be reached at the moment.', { hint: 'Try again in a few seconds.' })
  }
}

/** Makes a closed circuit. */
export function createCircuit({ now, wait, judge, onOpen }: CircuitOptions): Circuit {
  let failures = 0
  let rest = REST_MS
  let openUntil = 0
  let isTrying = false

  const fail = () => {
    failures += 1
    const wasTrial = openUntil !== 0
    if (!wasTrial && failures < FAILURES_TO_OPEN) return
    rest = wasTrial ? Math.min(rest * 2, LONGEST_REST_MS) : REST_MS
    openUntil = now() + rest
    if (!wasTrial) onOpen()
  }
  const close = () => {
    failures = 0
    openUntil = 0
  }

  return {
    async run(work) {
      for (let waited = 0; isTrying && waited < LONGEST_WAIT_MS; waited += LOOK_EVERY_MS) await wait(LOOK_EVERY_MS)
      const isTrial = openUntil !== 0
      if (isTrial && (isTrying || now() < openUntil)) throw new CircuitOpenError()
      isTrying = isTrial
      try {
        const result = await work()
        close()
        return result
      } catch (error) {
        const verdict = judge(error)
        if (verdict === 'silent') fail()
        if (verdict === 'answered') close()
        throw error
      } finally {
        if (isTrial) isTrying = false
      }
    },
  }
}
