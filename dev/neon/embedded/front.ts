/** The worker thread of the engine process: the endpoint, the queue and the watchdog. */
import { parentPort, workerData } from 'node:worker_threads'
import { startEndpoint } from '../endpoint.ts'
import { BackendLink } from './backend-link.ts'
import { EmbeddedEngine } from './embedded-engine.ts'
import type { Control, Reply } from './orders.ts'
import { Watchdog } from './watchdog.ts'

/** What the main thread starts this thread with. */
export interface FrontOptions {
  readonly port: number
  readonly idleInTransactionMs: number
}

const PARENT_CHECK_MS = 1000
const TIME_FOR_CLEAN_END_MS = 5000

if (!parentPort) throw new Error('front.ts runs as a worker thread')
const port = parentPort
const { port: wanted, idleInTransactionMs } = workerData as FrontOptions

const watchdog = new Watchdog()
const link = new BackendLink(port, watchdog)
const engine = new EmbeddedEngine(link, idleInTransactionMs)
let unhold = () => {}

port.on('message', (message: Reply | Control) => {
  if ('id' in message) link.settle(message)
  else if (message.control === 'hold') void hold()
  else if (message.control === 'unhold') unhold()
})

// A main thread that is blocked by a statement does not see its parent leave, and nobody else would ever end it.
const parent = process.ppid
const parentCheck = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(parentCheck)
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), TIME_FOR_CLEAN_END_MS)
}, PARENT_CHECK_MS)

try {
  const endpoint = await startEndpoint(engine, { port: wanted })
  tell({ control: 'listening', port: endpoint.port })
} catch (error) {
  const { name, message } = error as Error
  // A process does not end while an inspector is attached to it.
  watchdog.close()
  tell({ control: 'failed', kind: name, message })
}

async function hold(): Promise<void> {
  unhold = await engine.hold()
  tell({ control: 'held' })
}

function tell(message: Control): void {
  port.postMessage(message)
}
