/** The parent's side of a local database: the embedded engine in a child process, behind one endpoint. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { DemoOptions, DemoProgress, DemoSummary } from '../demo/load.ts'
import type { DemoTask, FromEngine, ToEngine } from './engine-messages.ts'
import { DataFolderCorruptError, DataFolderInUseError, PortBusyError } from './errors.ts'
import { OWNER } from './owner-role.ts'

/** A database that Neon's driver can talk to. */
export interface LocalDatabase {
  /** What goes into `neonConfig.fetchEndpoint`. */
  readonly endpoint: string
  readonly port: number
  readonly superuserUrl: string
  /** Of a role with the rights of Neon's database owner; migrations run as this one. */
  readonly ownerUrl: string
  loadDemo(options: DemoOptions, onProgress?: (progress: DemoProgress) => void): Promise<DemoSummary>
  /** Continues demo data that is there already. */
  topUpDemo(options: { readonly now: Date }, onProgress?: (progress: DemoProgress) => void): Promise<DemoSummary>
  stop(): Promise<void>
}

export interface LocalDatabaseOptions {
  /** Kept in memory when absent. */
  readonly dataDir?: string
  /** A free one when absent. */
  readonly port?: number
  /** A client's open transaction that does nothing for this long is ended. 30 s when absent. */
  readonly idleInTransactionMs?: number
  /** For a database that lives for seconds: starts with a third of the work, and runs heavy queries at half the speed. */
  readonly isBrief?: boolean
  readonly onProgress?: (text: string) => void
  /** Called when the database's process ends without having been asked to. */
  readonly onLost?: (reason: string) => void
}

// A little more than the child allows itself.
const MAX_STOP_MS = 3000
const DATABASE = 'postgres'

/** Starts the embedded engine. Throws `DataFolderInUseError`, `DataFolderCorruptError` or `PortBusyError`. */
export async function startLocalDatabase(options: LocalDatabaseOptions = {}): Promise<LocalDatabase & { pid: number }> {
  const { dataDir, port = 0, idleInTransactionMs = 30_000, isBrief = false, onProgress, onLost } = options
  const args = [
    `--port=${port}`,
    `--idle-ms=${idleInTransactionMs}`,
    ...(isBrief ? ['--brief'] : []),
    ...(dataDir === undefined ? [] : [dataDir]),
  ]
  // Structured clone, for the dates in demo options; no flags of ours, which might be a test runner's.
  const child = fork(fileURLToPath(new URL('engine-process.ts', import.meta.url).href), args, {
    // Compiling Postgres once more, for speed, takes seconds of a core that a brief life does not give back.
    execArgv: isBrief ? ['--liftoff-only'] : [],
    serialization: 'advanced',
  })

  const ready = await untilReady(child, onProgress)
  const onExit = (code: number | null, signal: string | null) => onLost?.(ending(code, signal))
  child.once('exit', onExit)
  const url = (user: string, password: string) => `postgresql://${user}:${password}@127.0.0.1:${ready.port}/${DATABASE}`
  return {
    pid: child.pid ?? 0,
    endpoint: `http://127.0.0.1:${ready.port}/sql`,
    port: ready.port,
    superuserUrl: url('postgres', ready.credentials.superuser),
    ownerUrl: url(OWNER, ready.credentials.owner),
    loadDemo: (demo, onDemo) => runDemo(child, { act: 'load', options: demo }, onDemo),
    topUpDemo: (demo, onDemo) => runDemo(child, { act: 'top-up', options: demo }, onDemo),
    stop() {
      child.off('exit', onExit)
      return stop(child)
    },
  }
}

type Ready = Extract<FromEngine, { type: 'ready' }>

function untilReady(child: ChildProcess, onProgress: ((text: string) => void) | undefined): Promise<Ready> {
  return conversation<Ready>(child, (message, resolve, reject) => {
    if (message.type === 'ready') resolve(message)
    else if (message.type === 'progress') onProgress?.(message.text)
    else if (message.type === 'failed') reject(revive(message.kind, message.message))
  })
}

function runDemo(
  child: ChildProcess,
  task: DemoTask,
  onProgress?: (progress: DemoProgress) => void,
): Promise<DemoSummary> {
  const done = conversation<DemoSummary>(child, (message, resolve, reject) => {
    if (message.type === 'demo-progress') onProgress?.(message.progress)
    else if (message.type === 'demo-done') resolve(message.summary)
    else if (message.type === 'demo-failed') reject(new Error(message.message))
  })
  child.send({ type: 'demo', task } satisfies ToEngine)
  return done
}

/** Listens to the child until `hear` settles the promise or the child ends. */
async function conversation<T>(
  child: ChildProcess,
  hear: (message: FromEngine, resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const onMessage = (message: unknown) => hear(message as FromEngine, resolve, reject)
  const onExit = (code: number | null, signal: string | null) => reject(new Error(ending(code, signal)))
  child.on('message', onMessage).once('exit', onExit)
  try {
    return await promise
  } finally {
    child.off('message', onMessage).off('exit', onExit)
  }
}

function ending(code: number | null, signal: string | null): string {
  return `the local database's process ended (${signal ?? `exit code ${code}`})`
}

const KINDS: Readonly<Record<string, { readonly prototype: Error }>> = {
  DataFolderInUseError,
  DataFolderCorruptError,
  PortBusyError,
}

/** Gives an error from the child its class back; its message is complete already. */
function revive(kind: string, message: string): Error {
  const known = KINDS[kind]
  const error = new Error(message)
  return known ? Object.setPrototypeOf(Object.assign(error, { name: kind }), known.prototype) : error
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), MAX_STOP_MS)
  if (child.connected) child.send({ type: 'stop' } satisfies ToEngine)
  await exit
  clearTimeout(timer)
}
