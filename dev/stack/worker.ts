import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type DataFolder, ROOT } from './data-folder.ts'
import { writePrivately } from './private-file.ts'
import { openRotatingLog } from './rotating-log.ts'
import { StartError } from './start-error.ts'
import { createLineCleaner } from './worker-log.ts'
import { toEnvFile } from './worker-variables.ts'

const HOST = '127.0.0.1'
/** Long, because a big load of data beside it leaves it little of a small machine. */
const READY_WITHIN_MS = 120_000
const POLL_MS = 100
/** Enough of the log's end to see why it did not start. */
const LAST_LINES = 8

/** The Worker under `wrangler dev`. */
export interface WorkerProcess {
  readonly pid: number
  /** Settles when the process ends, however that comes. */
  readonly ended: Promise<void>
  /** The end of its log, for a message; empty when it said nothing. */
  lastWords(): string
  hasFailedToBuild(): boolean
  hasEnded(): boolean
  stop(): Promise<void>
  kill(): void
}

export interface WorkerOptions {
  readonly data: DataFolder
  readonly port: number
  readonly variables: Readonly<Record<string, string>>
}

/** Starts the Worker and returns at once; `untilWorkerReady` waits for it. Its output goes to the data folder's log. */
export async function launchWorker({ data, port, variables }: WorkerOptions): Promise<WorkerProcess> {
  // By file, because every user of the machine can read a process's arguments.
  await writePrivately(data.workerVariables, toEnvFile(variables))
  const child = fork(new URL('worker-process.ts', import.meta.url), [String(port), data.worker, data.workerVariables], {
    cwd: ROOT,
    env: wranglerEnvironment(data),
    execArgv: ['--no-warnings', '--import', new URL('leave-with-parent.ts', import.meta.url).href],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Out of the terminal's reach: Ctrl-C is the stack's to hear, which ends the parts in good order.
    detached: process.platform !== 'win32',
  })
  const output = keepOutput(child, data.log)
  const ended = once(child, 'exit').then(() => {})
  return {
    ...output,
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => stop(child, ended),
    kill: () => killWithItsChildren(child),
  }
}

/** Waits until the Worker answers. Throws `StartError` when it ends, cannot be built or takes too long. */
export async function untilWorkerReady(worker: WorkerProcess, { data, port }: WorkerOptions): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await isAnswering(port))) {
    const failure = worker.hasEnded() ? 'ended' : worker.hasFailedToBuild() ? 'cannot be built' : undefined
    if (failure !== undefined || Date.now() > deadline) {
      throw new StartError(
        `The MCP server ${failure ?? `gave no answer for ${READY_WITHIN_MS / 1000} seconds`}.${worker.lastWords()}`,
        `The whole log is in ${data.log}`,
      )
    }
    await delay(POLL_MS)
  }
}

function wranglerEnvironment(data: DataFolder): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // wrangler.toml's build step calls `node`: it must be this one, not an older one of the system's.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
    CI: '1',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    // The banner looks for a newer version in the network.
    WRANGLER_HIDE_BANNER: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_WRITE_LOGS: 'false',
    WRANGLER_REGISTRY_PATH: data.wranglerFiles,
    // Pages on the Worker's own port that show its storage to whoever asks.
    X_LOCAL_EXPLORER: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
  }
}

function keepOutput(child: ChildProcess, path: string): Pick<WorkerProcess, 'lastWords' | 'hasFailedToBuild'> {
  const log = openRotatingLog({ path })
  const last: string[] = []
  let hasFailed = false
  const write = (line: string) => {
    log.write(line)
    hasFailed ||= /^(?:✘ )?\[ERROR\] (?:Build failed|Running custom build)/.test(line)
    // The list of variables at the start tells nothing about an end.
    if (!line.startsWith('env.')) last.push(line.trimEnd())
    if (last.length > LAST_LINES) last.shift()
  }
  for (const stream of [child.stdout, child.stderr]) {
    const clean = createLineCleaner(write)
    stream?.setEncoding('utf8').on('data', clean)
  }
  child.once('close', () => void log.end())
  return {
    lastWords: () => (last.length === 0 ? '' : ` Its last words:\n${last.join('\n')}`),
    hasFailedToBuild: () => hasFailed,
  }
}

async function isAnswering(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${HOST}:${port}/healthz`, { signal: AbortSignal.timeout(5_000) })
    return response.ok
  } catch {
    return false
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.connected) child.send('stop')
  await ended
  // When it crashed it had no time to end its own children, which would hold the port.
  killWithItsChildren(child)
}

function killWithItsChildren(child: ChildProcess): void {
  try {
    // The child leads a process group of its own, with the runtime and the bundler in it.
    if (process.platform !== 'win32' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // Nobody is left.
  }
}
