import { fileURLToPath } from 'node:url'
import { unstable_startWorker as startWorker } from 'wrangler'
import { findFreePort } from '../../../dev/stack/port.ts'

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
  const worker = await startWorker({
    config: fileURLToPath(new URL(`../bare/${config}`, import.meta.url).href),
    bindings: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
    ),
    dev: {
      server: { hostname: '127.0.0.1', port },
      inspector: false,
      watch: false,
      persist: persistTo ?? false,
      logLevel: 'none',
    },
  })
  await worker.ready
  return { url: `http://127.0.0.1:${port}/`, stop: () => worker.dispose() }
}
