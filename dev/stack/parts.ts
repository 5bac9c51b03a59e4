import { setTimeout as delay } from 'node:timers/promises'

/** The issue promises three seconds for everything; the rest is for this process's own end. */
const MAX_STOP_MS = 2_600

/** Something the stack has started and must end. */
export interface Part {
  /** As the person at the terminal knows it. */
  readonly name: string
  readonly stop: () => Promise<void>
  /** For a part with a process of its own: settles when that ends, however it comes. */
  readonly ended?: Promise<void>
  /** Why it may have ended, for the message. */
  readonly lastWords?: () => string
  /** The last resort, when `stop` takes too long. */
  readonly kill?: () => void
}

/** The parts of one stack: ends them together, and notices when one ends by itself. */
export class Parts {
  readonly #parts: Part[] = []
  readonly #died = Promise.withResolvers<string>()
  #stopping: Promise<void> | undefined

  /** A sentence about the first part that ended unasked; pending as long as none does. */
  get died(): Promise<string> {
    return this.#died.promise
  }

  /** Takes charge of a part. After `stop` it ends the part at once and throws: a start that goes on was overtaken. */
  add(part: Part): void {
    if (this.#stopping !== undefined) {
      void part.stop().catch(() => {})
      throw new Error(`the ${part.name} came up after the stack was stopped`)
    }
    this.#parts.push(part)
    void part.ended?.then(() => {
      if (this.#stopping !== undefined) return
      this.#died.resolve(`The ${part.name} ended unexpectedly.${part.lastWords?.() ?? ''}`)
    })
  }

  /** Ends every part; what takes too long is killed. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  async #stopAll(): Promise<void> {
    const running = new Set(this.#parts)
    const stopped = this.#parts.map(async (part) => {
      // One that fails to stop must not keep the others.
      await part.stop().catch(() => {})
      running.delete(part)
    })
    await Promise.race([Promise.all(stopped), delay(MAX_STOP_MS, undefined, { ref: false })])
    for (const part of running) {
      try {
        part.kill?.()
      } catch {
        // It ended by itself in this very moment.
      }
    }
  }
}

/** Settles when the process with this id is gone. Only for a child of this process: others' ids are used again. */
export async function untilProcessEnds(pid: number): Promise<void> {
  while (isRunning(pid)) await delay(500, undefined, { ref: false })
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
