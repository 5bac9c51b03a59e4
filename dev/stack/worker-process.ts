import { unstable_startWorker as startWorker } from 'wrangler'

/**
 * What `wrangler dev` does, but for its inspector. That listens on a port of its own and asks no page where it comes from:
 * any site in the browser could read the Worker's log there, and run code in it. The command line cannot switch it off.
 * Run with a port, the folder to persist to, and the file of variables.
 */
const [port, persist = '', variables = ''] = process.argv.slice(2)

const starting = startWorker({
  config: 'wrangler.toml',
  envFiles: [variables],
  dev: {
    server: { hostname: '127.0.0.1', port: Number(port) },
    inspector: false,
    remote: false,
    persist,
    logLevel: 'log',
  },
})

let worker: Awaited<typeof starting> | undefined
process.once('SIGTERM', () => {
  if (worker === undefined) process.exit(0)
  else worker.dispose().finally(() => process.exit(0))
})

try {
  worker = await starting
} catch (error) {
  // Whoever started this reads the log, says what is in it, and ends this.
  const { cause, message } = error as Error
  console.error(`✘ [ERROR] ${cause instanceof Error ? cause.message : message}`)
}
