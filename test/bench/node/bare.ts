import { fileURLToPath } from 'node:url'
import { findFreePort } from '../../../dev/stack/port.ts'
import { startLocalWorker } from '../../support/node/local-worker.ts'

/** A Worker of test/bench/bare, with nothing of ours in it. */
export interface BareWorker {
  readonly url: string
  stop(): Promise<void>
}

export interface BareWorkerOptions {
  /** Its configuration in test/bench/bare. */
  readonly config: 'wrangler.toml' | 'object.toml'
  readonly variables?: Readonly<Record<string, string>>
  /** Folder that keeps what its objects store; nothing is kept when absent. */
  readonly persistTo?: string
}

export async function startBareWorker({ config, variables = {}, persistTo }: BareWorkerOptions): Promise<BareWorker> {
  const port = await findFreePort()
  const path = fileURLToPath(new URL(`../bare/${config}`, import.meta.url).href)
  const worker = await startLocalWorker({ config: path, port, variables, persistTo })
  return { url: `http://127.0.0.1:${port}/`, stop: () => worker.stop() }
}
