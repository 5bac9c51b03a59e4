/**
 * Runs `work` with a signal that aborts after `milliseconds`, or with `outer`. The timer goes with the work:
 * `AbortSignal.timeout` would keep a session object awake, and billed, long after its answer has left.
 */
export async function withDeadline<T>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new DOMException('The deadline has passed.', 'TimeoutError')), milliseconds)
  try {
    return await work(outer === undefined ? late.signal : AbortSignal.any([late.signal, outer]))
  } finally {
    clearTimeout(timer)
  }
}
