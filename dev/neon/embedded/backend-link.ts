import type { MessagePort } from 'node:worker_threads'
import type { ExecReply, Order, Reply, Role } from './orders.ts'
import type { Watchdog } from './watchdog.ts'

// Order is a union: leaving the id out must happen in each of its members.
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never

/** The front's end of the line to the thread in which Postgres runs. Callers hold the turnstile. */
export class BackendLink {
  readonly #port: MessagePort
  readonly #watchdog: Watchdog
  readonly #pending = new Map<number, PromiseWithResolvers<Reply>>()
  #lastId = 0
  #generation = 0

  constructor(port: MessagePort, watchdog: Watchdog) {
    this.#port = port
    this.#watchdog = watchdog
  }

  /** The catalogue's generation as of the latest reply. */
  get generation(): number {
    return this.#generation
  }

  /** Takes a reply that arrived on the port. */
  settle(reply: Reply): void {
    const waiting = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    this.#generation = reply.generation
    if (reply.failure === undefined) waiting?.resolve(reply)
    else waiting?.reject(new Error(reply.failure))
  }

  async findRole(name: string): Promise<Role | undefined> {
    return (await this.#send({ op: 'find-role', name })).role
  }

  async enter(role: Role): Promise<void> {
    await this.#send({ op: 'enter', role })
  }

  async leave(): Promise<void> {
    await this.#send({ op: 'leave' })
  }

  /** Runs messages under the role's limits; cancels them when `signal` fires. */
  async exec(bytes: Uint8Array, { wire, signal }: { wire: boolean; signal: AbortSignal }): Promise<ExecReply> {
    signal.throwIfAborted()
    const sent = this.#send({ op: 'exec', bytes, wire })
    const unwatch = this.#watchdog.watch(this.#lastId, signal)
    try {
      const { exec } = await sent
      if (!exec) throw new Error('a reply without its content')
      return exec
    } finally {
      unwatch()
    }
  }

  #send(order: Unnumbered<Order>): Promise<Reply> {
    this.#lastId += 1
    const waiting = Promise.withResolvers<Reply>()
    this.#pending.set(this.#lastId, waiting)
    this.#port.postMessage({ ...order, id: this.#lastId })
    return waiting.promise
  }
}
