import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { PGlite } from '@electric-sql/pglite'
import type { CopyTarget } from '../copy-target.ts'
import { type Credentials, newCredentials, readCredentials, writeCredentials } from '../credentials.ts'
import { assertPortFree } from '../endpoint.ts'
import { PortBusyError } from '../errors.ts'
import { ownerRoleSql } from '../owner-role.ts'
import { Backend } from './backend.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { EmbeddedCopyTarget } from './embedded-copy-target.ts'
import type { FrontOptions } from './front.ts'
import { openCluster } from './open-cluster.ts'
import { type Control, type Order, type Reply, WATCHED } from './orders.ts'
import { DATABASE } from './role-book.ts'
import { StatementRunner } from './statement-runner.ts'

export interface HostOptions {
  /** In memory when absent. */
  readonly dataDir: string | undefined
  readonly port: number
  readonly idleInTransactionMs: number
  /** Starts with less memory: for a database that lives for seconds. */
  readonly isBrief: boolean
  readonly onProgress: (text: string) => void
}

/** Opens the data and starts the front. Throws the errors of errors.ts. */
export async function openEngineHost(options: HostOptions): Promise<EngineHost> {
  await assertPortFree(options.port)
  const folder = options.dataDir === undefined ? undefined : await openDataFolder(options.dataDir)
  try {
    if (!folder || folder.isNew) options.onProgress('Creating the local database')
    const db = await openCluster(folder?.cluster, options)
    const runner = new StatementRunner(db)
    const target = new EmbeddedCopyTarget(db, runner)
    const credentials = await prepareRoles(target, folder)
    await folder?.finish()

    const backend = new Backend(runner)
    const { front, port } = await startFront(options, runner, backend)
    return new EngineHost({ db, target, backend, front, folder, port, credentials })
  } catch (error) {
    folder?.unlock()
    throw error
  }
}

interface Parts {
  readonly db: PGlite
  readonly target: CopyTarget
  readonly backend: Backend
  readonly front: Worker
  readonly folder: DataFolder | undefined
  readonly port: number
  readonly credentials: Credentials
}

/** The embedded Postgres in this thread, its endpoint in another. */
export class EngineHost {
  readonly port: number
  readonly credentials: Credentials
  readonly #parts: Parts
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: Parts) {
    this.port = parts.port
    this.credentials = parts.credentials
    this.#parts = parts
  }

  /** Keeps every client out, gives `work` the superuser's session, and resets it afterwards. One caller at a time. */
  exclusively<T>(work: (target: CopyTarget) => Promise<T>): Promise<T> {
    const { front, target, backend } = this.#parts
    const run = async () => {
      await ask(front, { control: 'hold' }, 'held')
      try {
        return await work(target)
      } finally {
        backend.reset()
        front.postMessage({ control: 'unhold' } satisfies Control)
      }
    }
    const result = this.#turn.then(run)
    this.#turn = result.catch(() => {})
    return result
  }

  /** Ends the endpoint, writes everything to disk and gives the folder free. */
  async close(): Promise<void> {
    const { front, target, backend, db, folder } = this.#parts
    await front.terminate()
    backend.reset()
    await target.run('CHECKPOINT')
    await db.close()
    folder?.unlock()
  }
}

/** Makes sure that both roles exist with the passwords of the folder's credentials. */
async function prepareRoles(target: CopyTarget, folder: DataFolder | undefined): Promise<Credentials> {
  const known = folder && !folder.isNew ? await readCredentials(folder.credentials) : undefined
  if (known) return known

  const fresh = newCredentials()
  await target.run(`alter role postgres password '${fresh.superuser}'; ${ownerRoleSql(fresh.owner, DATABASE)}`)
  if (folder) await writeCredentials(folder.credentials, fresh)
  return fresh
}

async function startFront(options: HostOptions, runner: StatementRunner, backend: Backend) {
  Object.defineProperty(globalThis, WATCHED, { value: runner })
  const { port, idleInTransactionMs } = options
  const workerData: FrontOptions = { port, idleInTransactionMs }
  const front = new Worker(fileURLToPath(new URL('front.ts', import.meta.url).href), { workerData })

  front.on('message', (message: Order | Control) => {
    if ('id' in message) reply(front, answer(backend, message))
  })
  // Without its front the process serves nobody, and a session it could not reset must not be used again.
  front.on('error', (error) => {
    console.error(error)
    process.exit(1)
  })
  return { front, port: await listening(front, port) }
}

function answer(backend: Backend, order: Order): Reply {
  try {
    return backend.handle(order)
  } catch (error) {
    return { id: order.id, generation: -1, failure: (error as Error).message }
  }
}

function reply(front: Worker, message: Reply): void {
  const buffer = message.exec?.bytes.buffer
  front.postMessage(message, buffer instanceof ArrayBuffer ? [buffer] : [])
}

async function listening(front: Worker, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const onMessage = (message: Order | Control) => {
    if (!('control' in message)) return
    if (message.control === 'listening') resolve(message.port)
    if (message.control === 'failed') {
      reject(message.kind === PortBusyError.name ? new PortBusyError(port) : new Error(message.message))
    }
  }
  front.on('message', onMessage)
  try {
    return await promise
  } finally {
    front.off('message', onMessage)
  }
}

function ask(front: Worker, question: Control, answerName: Control['control']): Promise<void> {
  return new Promise((resolve) => {
    const onMessage = (message: Order | Control) => {
      if (!('control' in message) || message.control !== answerName) return
      front.off('message', onMessage)
      resolve()
    }
    front.on('message', onMessage)
    front.postMessage(question)
  })
}
