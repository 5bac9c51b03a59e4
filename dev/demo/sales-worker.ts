/** The thread of sales-ahead.ts: makes one batch for each message, and answers null when there are no more. */
import { parentPort, workerData } from 'node:worker_threads'
import { type DemoOptions, openDemoData } from './generate.ts'

const batches = openDemoData(workerData as DemoOptions).sales()
parentPort?.on('message', () => parentPort?.postMessage(batches.next().value ?? null))
