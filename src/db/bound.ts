import { CancelledError, RateLimitedError, UnavailableError } from '../errors.ts'

/** Lets at most a number of pieces of work run at once; the rest wait their turn for a while. */
export interface Bound {
  run<T>(work: () => Promise<T>, options?: WaitOptions): Promise<T>
}

export interface WaitOptions {
  /** Ends the wait with `CancelledError`; the work, once begun, has to look at it itself. */
  readonly signal?: AbortSignal | undefined
  /** How long this one waits at most, instead of the bound's own `queueMs`. */
  readonly queueMs?: number
}

export interface BoundOptions {
  readonly max: number
  readonly queueMs: number
  /** What is said to whoever waited in vain: the service is busy, or this caller asks too much at once. */
  readonly refusal: 'UNAVAILABLE' | 'RATE_LIMITED'
}

/** Makes a bound; waiting longer than `queueMs` throws `UnavailableError` or `RateLimitedError`. First come, first served. */
export function createBound({ max, queueMs: usualQueueMs, refusal }: BoundOptions): Bound {
  let running = 0
  const waiting: (() => void)[] = []

  const enter = ({ signal, queueMs = usualQueueMs }: WaitOptions): Promise<void> => {
    if (signal?.aborted === true) return Promise.reject(new CancelledError(signal.reason))
    if (running < max) {
      running += 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', cancel)
      }
      const admit = () => {
        settle()
        resolve()
      }
      const leaveQueue = (error: Error) => {
        settle()
        waiting.splice(waiting.indexOf(admit), 1)
        reject(error)
      }
      const cancel = () => leaveQueue(new CancelledError(signal?.reason))
      const timer = setTimeout(() => leaveQueue(refused(refusal)), queueMs)
      signal?.addEventListener('abort', cancel, { once: true })
      waiting.push(admit)
    })
  }

  const leave = () => {
    const next = waiting.shift()
    // The place passes straight to the next in line, so nobody can slip in between.
    if (next === undefined) running -= 1
    else next()
  }

  return {
    async run(work, options = {}) {
      await enter(options)
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}

function refused(kind: BoundOptions['refusal']): Error {
  const hint = 'Wait for the answers you already asked for, then try again.'
  return kind === 'UNAVAILABLE'
    ? new UnavailableError('Too many questions are under way in this session.', { hint })
    : new RateLimitedError('Too many of your queries are running at once.', { hint })
}
