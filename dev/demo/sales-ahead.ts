import { on } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { DemoOptions } from './generate.ts'
import type { SalesBatch } from './sales-tables.ts'

/** Batches that wait to be taken: enough to bridge a slow one, few enough for any memory. */
const AHEAD = 8
/** Rows live until their batch is handed over; with less room the garbage collector carries all of them about. */
const YOUNG_MEGABYTES = 96

/**
 * Makes all sales in a thread of its own while the caller stores what was made before. The same batches in the same order as
 * `openDemoData(options).sales()`.
 */
export async function* salesAhead(options: DemoOptions): AsyncGenerator<SalesBatch> {
  const worker = new Worker(fileURLToPath(new URL('sales-worker.ts', import.meta.url).href), {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  })
  try {
    for (let i = 0; i < AHEAD; i++) worker.postMessage('next')
    for await (const [batch] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<[SalesBatch | null]>) {
      if (batch === null) return
      worker.postMessage('next')
      yield batch
    }
    throw new Error('The thread that makes the sales has ended before they did.')
  } finally {
    await worker.terminate()
  }
}
