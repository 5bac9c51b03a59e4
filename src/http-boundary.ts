import type { Context, Next } from 'hono'
import type { ErrorCode } from './errors.ts'
import type { Log } from './observe/log.ts'
import { metrics } from './observe/metrics.ts'

/** Counting of HTTP requests. Whoever answers, in whatever way, the status tells how it went. */

/** Paths that are counted by name; a caller's own paths would make a label of whatever they type. */
const NAMED = [
  'mcp',
  'healthz',
  'readyz',
  'metrics',
  'authorize',
  'sign-in',
  'connections',
  'oauth',
  'icons',
  'well-known',
] as const

/** Operation under which a request to a path is counted. */
export function operationOf(path: string): string {
  if (path === '/') return 'http_home'
  const first = (path.split('/')[1] ?? '').replace(/^\./, '')
  const named = NAMED.find((name) => name === first)
  return `http_${named?.replace('-', '_') ?? 'other'}`
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'AUTHORIZATION_ERROR',
  403: 'AUTHORIZATION_ERROR',
  404: 'NOT_FOUND',
  429: 'RATE_LIMITED',
  503: 'UNAVAILABLE',
  504: 'QUERY_TIMEOUT',
}

/** Counts every request once; one that threw was counted, and logged, where its error became an answer. */
export async function countRequests(c: Context<{ Variables: { log: Log } }>, next: Next): Promise<void> {
  const started = Date.now()
  await next()
  if (c.error !== undefined) return
  const operation = operationOf(c.req.path)
  const { status } = c.res
  const milliseconds = Date.now() - started
  if (status < 400) {
    metrics.succeeded(operation, milliseconds / 1000)
    c.var.log.debug('request answered', { operation, status, milliseconds })
    return
  }
  const code = CODES[status] ?? (status < 500 ? 'VALIDATION_ERROR' : 'MCP_ERROR')
  metrics.failed(operation, code)
  c.var.log.warning(`failed: ${code}`, { operation, code, status, milliseconds })
}
