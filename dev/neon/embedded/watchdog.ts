/**
 * Looks at a statement from outside of the thread that it blocks. The inspector is the one way to run code there in
 * the meantime; what it runs are the two methods of `RunningStatement`, which only read and write plain memory.
 */
import { Session } from 'node:inspector'
import { WATCHED } from './orders.ts'

const FIRST_LOOK_MS = 15
// A limit may change inside one message, so even a statement without one is looked at again.
const LOOK_EVERY_MS = 250
const NOT_YET_RUNNING_MS = 5

export class Watchdog {
  readonly #inspector = new Session()

  constructor() {
    this.#inspector.connectToMainThread()
  }

  /** Enforces the limits on an order until the returned function is called; cancels it when `signal` fires. */
  watch(order: number, signal: AbortSignal): () => void {
    let timer = setTimeout(look, FIRST_LOOK_MS)
    let over = false
    const again = (left: number | null) => {
      if (over) return
      timer = setTimeout(look, left === null ? NOT_YET_RUNNING_MS : waitFor(left))
    }
    const evaluate = this.#evaluate.bind(this)
    function look() {
      evaluate(signal.aborted ? `cancel(${order})` : `check(${order})`, again)
    }

    const cancel = () => {
      clearTimeout(timer)
      look()
    }
    signal.addEventListener('abort', cancel, { once: true })
    return () => {
      over = true
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
  }

  close(): void {
    this.#inspector.disconnect()
  }

  #evaluate(call: string, then: (value: number | null) => void): void {
    const expression = `globalThis.${WATCHED}.${call}`
    this.#inspector.post('Runtime.evaluate', { expression, returnByValue: true }, (error, answer) => {
      const value: unknown = error ? null : answer.result.value
      then(typeof value === 'number' ? value : null)
    })
  }
}

function waitFor(left: number): number {
  return left < 0 ? LOOK_EVERY_MS : Math.min(left + 1, LOOK_EVERY_MS)
}
