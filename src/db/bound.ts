import { RateLimitedError, UnavailableError } from '../errors.ts'

/** Lets at most a number of pieces of work run at once; the rest wait their turn for a short while. */
export interface Bound {
  run<T>(work: () => Promise<T>): Promise<T>
}

export interface BoundOptions {
  readonly max: number
  readonly queueMs: number
  /** What is said to whoever waited in vain: the service is busy, or this caller asks too much at once. */
  readonly refusal: 'UNAVAILABLE' | 'RATE_LIMITED'
}

/** Makes a bound; waiting longer than `queueMs` throws `UnavailableError` or `RateLimitedError`. First come, first served. */
export function createBound({ max, queueMs, refusal }: BoundOptions): Bound {
  let running = 0
  const waiting: (() => void)[] = []

  const enter = (): Promise<void> => {
    if (running < max) {
      running += 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const admit = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(admit), 1)
        reject(refused(refusal))
      }, queueMs)
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
    async run(work) {
      await enter()
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
