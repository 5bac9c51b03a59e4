/**
 * Entry of the process that holds the embedded Postgres: `engine-process.ts [--port=N] [--idle-ms=N] [--brief] [data folder]`,
 * in memory without a folder. A process of its own, because a statement blocks its thread, its memory never shrinks,
 * and it must be possible to kill it.
 */
import { parseArgs } from 'node:util'
import { serveDemoTask } from './demo-task.ts'
import { type EngineHost, openEngineHost } from './embedded/engine-host.ts'
import type { FromEngine, ToEngine } from './engine-messages.ts'

const MAX_STOP_MS = 3000

const { values, positionals } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'idle-ms': { type: 'string', default: '30000' },
    brief: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

let host: EngineHost | undefined
let stopping = false

process.on('message', (message: ToEngine) => {
  if (message.type === 'stop') void stop()
  else if (host) void serveDemoTask(host, message.task, tell)
})
process.on('disconnect', () => void stop())
process.on('SIGTERM', () => void stop())
// Ctrl+C reaches every process of a terminal; the parent decides what it means.
process.on('SIGINT', () => {})

try {
  host = await openEngineHost({
    dataDir: positionals[0],
    port: Number(values.port),
    idleInTransactionMs: Number(values['idle-ms']),
    isBrief: values.brief,
    onProgress: (text) => tell({ type: 'progress', text }),
  })
  tell({ type: 'ready', port: host.port, credentials: host.credentials })
} catch (error) {
  const { name, message } = error as Error
  if (!process.connected) console.error(error)
  tell({ type: 'failed', kind: name, message }, () => process.exit(1))
}

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  // What the checkpoint does not get done in time, the next start finishes from the log. Not process.exit(): it would
  // wait for the front's inspector.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), MAX_STOP_MS - 200).unref()
  await host?.close()
  process.exit(0)
}

function tell(message: FromEngine, sent = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}
