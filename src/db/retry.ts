/** Waits before the second and the third try, at most; a random part keeps many callers from coming back at once. */
const LONGEST_WAITS_MS = [1_000, 2_000]

export interface RetryOptions {
  readonly isRetryable: (error: unknown) => boolean
  readonly onRetry: (attempt: number, of: number, error: unknown) => void
  readonly signal: AbortSignal
}

/** Runs `work`, and up to twice again after failures that may pass. Throws the last error; stops at once when aborted. */
export async function withRetry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const longest = LONGEST_WAITS_MS[attempt - 1]
      if (longest === undefined || options.signal.aborted || !options.isRetryable(error)) throw error
      options.onRetry(attempt, LONGEST_WAITS_MS.length + 1, error)
      await sleep(longest * (0.25 + 0.75 * Math.random()), options.signal)
    }
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', stop, { once: true })
  })
}
