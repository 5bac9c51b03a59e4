import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { unstable_startWorker as startWorker } from 'wrangler'
import { ENTRY, ROOT } from './paths.ts'

/** What the app asks for at start. None of the suite's scenarios reaches a database or a token issuer. */
const VARIABLES = {
  PUBLIC_URL: 'http://127.0.0.1',
  DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1/none',
  CONTEXT_KEY_ID: 'w1',
  CONTEXT_KEY: randomBytes(32).toString('hex'),
  SESSION_KEY: randomBytes(32).toString('hex'),
  TOKEN_ISSUER: 'http://127.0.0.1/',
  TOKEN_AUDIENCE: 'conformance',
  TOKEN_JWKS_URL: 'http://127.0.0.1/jwks.json',
  LOG_LEVEL: 'error',
}

/** Starts the suite's Worker on a free port of loopback, with the compatibility date and flags that are deployed. */
export async function startEntry(): Promise<{ url: string; stop: () => Promise<void> }> {
  const worker = await startWorker({
    config: join(ROOT, 'wrangler.toml'),
    entrypoint: join(ROOT, ENTRY),
    bindings: Object.fromEntries(
      Object.entries(VARIABLES).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
    ),
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      watch: false,
      persist: false,
      logLevel: 'error',
    },
  })
  await worker.ready
  return { url: new URL('/mcp', String(await worker.url)).href, stop: () => worker.dispose() }
}
