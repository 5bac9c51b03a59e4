/** `npm run connections -- list|disconnect <id>`: the clients that a person has allowed, for that person. */
import { z } from 'zod'
import { isLoopback } from '../src/env.ts'
import { signInByBrowser } from './connections/sign-in.ts'
import { AdvisedError } from './terminal/advised-error.ts'
import { ArgumentError } from './terminal/arguments.ts'
import { runScript } from './terminal/run-script.ts'
import { renderTable } from './terminal/table.ts'

const OPTIONS = {
  url: { value: '<url>', help: 'of the service (default http://localhost:8787)' },
} as const
const USAGE = `npm run connections -- list|disconnect [<id>] [options]

Whose clients, you say in your browser: sign in there as to any client, and allow this command for ten minutes.
Without a browser, a token of the company's issuer in ZAVA_TOKEN says it. With the local stack:
  ZAVA_TOKEN=$(npm run --silent token -- seattle) npm run connections`

const answer = z.object({
  person: z.string(),
  clients: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      redirect_host: z.string(),
      scopes: z.array(z.string()),
      connected_at: z.string(),
      last_used: z.string(),
    }),
  ),
})

await runScript({ usage: USAGE, options: OPTIONS, maxWords: 2 }, async ({ values, words }) => {
  const [act = 'list', id] = words
  if (act !== 'list' && act !== 'disconnect') throw new ArgumentError(`"${act}" is not one of list, disconnect.`)
  if (act === 'disconnect' && id === undefined) {
    throw new ArgumentError('Say which: npm run connections -- disconnect <id>')
  }
  if (process.env.ZAVA_TOKEN === '') {
    throw new AdvisedError('Whose clients? ZAVA_TOKEN is empty.', 'See: npm run connections -- --help')
  }
  const base = readService(values.url ?? 'http://localhost:8787')
  const token = process.env.ZAVA_TOKEN ?? (await signInAt(base))
  if (act === 'disconnect' && id !== undefined) {
    await ask(`${base}/${encodeURIComponent(id)}`, token, 'DELETE')
    console.log('Disconnected. Within a minute it can read nothing any more.')
  }
  const { person, clients } = answer.parse(await (await ask(base.href, token, 'GET')).json())
  console.error(`Signed in as ${person}.`)
  console.log(clients.length === 0 ? 'No client is connected.' : renderClients(clients))
  return 0
})

/** The page of connected clients at a service; what goes there opens them, so nobody on the way may read it. */
function readService(url: string): URL {
  const base = URL.canParse(url) ? new URL('/connections', url) : undefined
  if (base?.protocol === 'https:' || (base?.protocol === 'http:' && isLoopback(base.hostname))) return base
  throw new ArgumentError(`--url must be an https address, or one of this device, not "${url}".`)
}

/** Asks for a sign-in only where somebody is there to answer it. */
async function signInAt(base: URL): Promise<string> {
  if ((await fetch(new URL('/healthz', base)).catch(() => undefined)) === undefined) throw unanswered(base.href)
  return signInByBrowser(base)
}

async function ask(url: string, token: string, method: string): Promise<Response> {
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } }).catch(() => undefined)
  if (response === undefined) throw unanswered(url)
  if (response.ok) return response
  const shown = z
    .object({ error: z.object({ message: z.string() }) })
    .safeParse(await response.json().catch(() => null))
  throw new AdvisedError(
    shown.success ? shown.data.error.message : `The service answered with status ${response.status}.`,
    'See what there is: npm run connections',
  )
}

function unanswered(url: string): AdvisedError {
  return new AdvisedError(`Nothing answers at ${url}.`, 'Name the service: --url https://…')
}

function renderClients(clients: z.output<typeof answer>['clients']): string {
  return renderTable(
    ['Id', 'Client', 'At', 'May', 'Connected', 'Last used'],
    clients.map((one) => [
      one.id,
      one.name,
      one.redirect_host,
      one.scopes.join(', '),
      one.connected_at.slice(0, 16),
      one.last_used.slice(0, 16),
    ]),
  )
}
