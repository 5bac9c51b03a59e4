/** Lets one through at a time, in the order of arrival. */
export class Turnstile {
  #busy = false
  readonly #waiting: (() => void)[] = []

  /** Waits for a turn and returns what ends it. Rejects with the signal's reason when it fires before the turn. */
  enter(signal: AbortSignal): Promise<() => void> {
    const { promise, resolve, reject } = Promise.withResolvers<() => void>()
    if (signal.aborted) {
      reject(signal.reason)
      return promise
    }

    const start = () => {
      signal.removeEventListener('abort', leave)
      resolve(this.#once())
    }
    const leave = () => {
      this.#waiting.splice(this.#waiting.indexOf(start), 1)
      reject(signal.reason)
    }
    if (this.#busy) {
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(start)
    } else {
      this.#busy = true
      start()
    }
    return promise
  }

  /** A turn that is ended twice must not let two through. */
  #once(): () => void {
    let ended = false
    return () => {
      if (ended) return
      ended = true
      const next = this.#waiting.shift()
      if (next) next()
      else this.#busy = false
    }
  }
}
