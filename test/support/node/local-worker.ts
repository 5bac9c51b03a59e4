import { unstable_startWorker as startWorker } from 'wrangler'

export interface LocalWorkerOptions {
  /** Path of its wrangler.toml. */
  readonly config: string
  readonly port: number
  readonly variables: Readonly<Record<string, string>>
  /** Further bindings, or other ones than the configuration's. */
  readonly bindings?: NonNullable<NonNullable<Parameters<typeof startWorker>[0]>['bindings']>
  /** Folder that keeps what its objects store; nothing is kept when absent. */
  readonly persistTo?: string | undefined
}

/** Runs a Worker in workerd on 127.0.0.1, as it would be deployed; it is ready when this returns. */
export async function startLocalWorker({ config, port, variables, bindings = {}, persistTo }: LocalWorkerOptions) {
  const worker = await startWorker({
    config,
    bindings: { ...plainText(variables), ...bindings },
    dev: {
      server: { hostname: '127.0.0.1', port },
      inspector: false,
      watch: false,
      persist: persistTo ?? false,
      logLevel: 'none',
    },
  })
  await worker.ready
  return {
    /** Gives it other variables; it starts anew with them. */
    tell: async (next: Readonly<Record<string, string>>) =>
      void (await worker.patchConfig({ bindings: plainText(next) })),
    stop: () => worker.dispose(),
  }
}

function plainText(variables: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
  )
}
