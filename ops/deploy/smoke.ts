import { setTimeout as delay } from 'node:timers/promises'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** One thing that a deployment must be able to do. */
export interface SmokeCheck {
  readonly name: string
  readonly isOk: boolean
  /** What was seen, fit for a public comment. */
  readonly detail: string
}

export interface SmokeOptions {
  readonly publicUrl: string
  /** Of a user; without one only the closed door is tried. */
  readonly token?: string | undefined
  /** Headers for every request, for example to reach a version that serves nobody else yet. */
  readonly headers?: Readonly<Record<string, string>>
  readonly fetch?: typeof fetch
  /** How long a new name may take until it answers. */
  readonly patienceMs?: number
  /** Ends the trial early; what was not tried then counts as not working. */
  readonly signal?: AbortSignal | undefined
}

const PATIENCE_MS = 90_000
const POLL_MS = 1_500

/** Tries a deployment as a stranger, as a person with a browser, and as MCP clients of both eras. Never throws. */
export async function smoke(options: SmokeOptions): Promise<SmokeCheck[]> {
  const go = withHeaders(options)
  const at = (path: string) => new URL(path, options.publicUrl)
  const alive = await check('alive', async () => {
    const response = await patiently(() => go(at('/healthz')), options)
    return [response.ok, `/healthz ${response.status}`]
  })
  if (!alive.isOk) return [alive]
  const checks = [
    alive,
    await check('ready', async () => {
      const response = await go(at('/readyz'))
      const { database, ai_service } = (await response.json()) as { database?: string; ai_service?: string }
      return [response.status === 200, `database ${database ?? '?'}, ai_service ${ai_service ?? '?'}`]
    }),
    await check('front page', async () => {
      const response = await go(at('/'))
      return [response.ok && (await response.text()).includes(at('/mcp').href), `/ ${response.status}`]
    }),
    await check('closed door', async () => {
      const response = await go(at('/mcp'), { method: 'POST', body: '{}' })
      const challenge = response.headers.get('www-authenticate') ?? ''
      return [response.status === 401 && challenge.startsWith('Bearer'), `/mcp without a token ${response.status}`]
    }),
  ]
  if (options.token === undefined) return checks
  for (const era of ['auto', 'legacy'] as const) {
    checks.push(await check(era === 'auto' ? 'MCP, newest' : 'MCP, 2025 era', () => ask(options, go, era)))
  }
  return checks
}

/** Writes the result as lines for a terminal or a comment. */
export function smokeLines(checks: readonly SmokeCheck[]): string[] {
  return checks.map(({ name, isOk, detail }) => `${isOk ? '✓' : '✗'} ${name.padEnd(14)} ${detail}`)
}

async function ask({ publicUrl, token }: SmokeOptions, go: typeof fetch, era: 'auto' | 'legacy') {
  const client = new Client(
    { name: 'zava-smoke', version: '1' },
    era === 'auto' ? { versionNegotiation: { mode: 'auto' } } : {},
  )
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', publicUrl), {
    fetch: (url, init) => go(url, init as RequestInit),
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  })
  await client.connect(transport)
  try {
    const { tools } = await client.listTools()
    const { isError } = await client.callTool({ name: 'get_current_utc_date', arguments: {} })
    const who = await client.callTool({ name: 'whoami', arguments: {} })
    const isOk = tools.length > 0 && isError !== true && who.isError !== true
    return [isOk, `${tools.length} tools, whoami ${who.isError === true ? 'failed' : 'answered'}`] as const
  } finally {
    await client.close()
  }
}

async function check(name: string, look: () => Promise<readonly [boolean, string]>): Promise<SmokeCheck> {
  try {
    const [isOk, detail] = await look()
    return { name, isOk, detail }
  } catch (error) {
    return { name, isOk: false, detail: error instanceof Error ? error.message.slice(0, 200) : 'failed' }
  }
}

/** A name that was made a moment ago is not known everywhere at once. */
async function patiently(
  get: () => Promise<Response>,
  { patienceMs = PATIENCE_MS, signal }: SmokeOptions,
): Promise<Response> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const response = await get().catch((error: unknown) => {
      signal?.throwIfAborted()
      if (Date.now() > deadline) throw error
      return undefined
    })
    if (response?.ok || (response !== undefined && Date.now() > deadline)) return response
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal })
  }
}

function withHeaders({ headers = {}, fetch: go = fetch, signal }: SmokeOptions): typeof fetch {
  return (input, init) => {
    const all = new Headers(init?.headers)
    for (const [name, value] of Object.entries(headers)) all.set(name, value)
    const signals = [init?.signal, signal].filter((one) => one != null)
    return go(input, { ...init, headers: all, ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }) })
  }
}
