/** `npm run connections -- list|disconnect <id>`: the clients that a person has allowed, for whoever has their token. */
import { z } from 'zod'
import { AdvisedError } from './terminal/advised-error.ts'
import { ArgumentError } from './terminal/arguments.ts'
import { runScript } from './terminal/run-script.ts'
import { renderTable } from './terminal/table.ts'

const OPTIONS = {
  url: { value: '<url>', help: 'of the service (default http://localhost:8787)' },
} as const
const USAGE = `npm run connections -- list|disconnect [<id>] [options]

The person's token of the company's issuer stands in ZAVA_TOKEN. With the local stack:
  ZAVA_TOKEN=$(npm run --silent token -- seattle) npm run connections`

const answer = z.object({
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
  const token = process.env.ZAVA_TOKEN
  if (token === undefined || token === '') {
    throw new AdvisedError('Whose clients? ZAVA_TOKEN is not set.', 'See: npm run connections -- --help')
  }
  const base = new URL('/connections', values.url ?? 'http://localhost:8787')
  if (act === 'disconnect') {
    if (id === undefined) throw new ArgumentError('Say which: npm run connections -- disconnect <id>')
    await ask(`${base}/${encodeURIComponent(id)}`, token, 'DELETE')
    console.log('Disconnected. Within a minute it can read nothing any more.')
  }
  const { clients } = answer.parse(await (await ask(base.href, token, 'GET')).json())
  console.log(clients.length === 0 ? 'No client is connected.' : renderClients(clients))
  return 0
})

async function ask(url: string, token: string, method: string): Promise<Response> {
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } }).catch(() => undefined)
  if (response === undefined) throw new AdvisedError(`Nothing answers at ${url}.`, 'Name the service: --url https://…')
  if (response.ok) return response
  const shown = z
    .object({ error: z.object({ message: z.string() }) })
    .safeParse(await response.json().catch(() => null))
  throw new AdvisedError(
    shown.success ? shown.data.error.message : `The service answered with status ${response.status}.`,
    'See what there is: npm run connections',
  )
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
