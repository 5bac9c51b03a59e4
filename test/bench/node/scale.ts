import { getPerson } from '../../../dev/demo/people.ts'
import type { OwnDatabase } from '../../proof/node/own-database.ts'
import { enter, signToken } from '../../wall/door.ts'
import type { Area, Measure } from './area.ts'
import type { Kept } from './kept.ts'
import { settleTables, startOnServer } from './on-server.ts'
import { REPORT_QUERIES } from './report-queries.ts'
import { geometricMean, timeInTurns } from './rounds.ts'

const WHO = 'seattle'

const loadLarge = (kept: Kept, url: string) =>
  kept.get('two million orders', async () => {
    const database = await startOnServer(url, 'xl')
    await settleTables(database)
    return database
  })

/** How each report grows when the data grows tenfold, and which index carries it. */
export const scale: Area = {
  name: 'scale',
  title: 'Scale: the same reports over ten times the data',

  prepare: async ({ isQuick, serverUrl, kept }) =>
    isQuick || serverUrl === undefined ? undefined : loadLarge(kept, serverUrl),

  async run({ isQuick, serverUrl, stacks, kept, say }) {
    if (serverUrl === undefined) {
      say('needs a server Postgres (TEST_SERVER_POSTGRES_URL); left out')
      return []
    }
    if (isQuick) {
      say('loading two million orders is nothing for a quick run; left out')
      return []
    }
    say('full')
    const before = await measureReports((await stacks.get({ size: 'full', serverUrl })).database)
    say('two million orders')
    const after = await measureReports(await loadLarge(kept, serverUrl))
    const times = before.orders === 0 ? Number.NaN : after.orders / before.orders
    const growth = before.reports.map(({ name, p50 }, i) => ({
      name,
      ratio: (after.reports[i]?.p50 ?? Number.NaN) / p50,
      words: `${p50.toFixed(1)} → ${after.reports[i]?.p50.toFixed(1)} ms; ${after.reports[i]?.indexes}`,
    }))
    return [
      {
        measure: `geometric mean of ${growth.length} reports`,
        value: geometricMean(growth.map(({ ratio }) => ratio)),
        unit: 'x',
        against: `${times.toFixed(1)} times the orders of ${WHO}: ${before.orders} → ${after.orders}`,
      },
      ...growth.map(({ name, ratio, words }): Measure => ({ measure: name, value: ratio, unit: 'x', against: words })),
    ]
  },
}

async function measureReports(database: OwnDatabase) {
  const [, [counted] = []] = await database.service.run([
    await context(database),
    'select count(*) as n from retail.orders',
  ])
  const reports: { name: string; p50: number; indexes: string }[] = []
  for (const { name, sql } of REPORT_QUERIES) {
    const text = sql(() => '')
    const [timing] = await timeInTurns(
      [{ name, run: async () => void (await database.service.run([await context(database), text])) }],
      { rounds: 3, warmUp: 1 },
    )
    reports.push({ name, p50: timing?.p50 ?? Number.NaN, indexes: await indexesOf(database, text) })
  }
  return { orders: Number(counted?.n ?? 0), reports }
}

/** Names of the indexes in the statement's plan under the caller's row security. */
async function indexesOf(database: OwnDatabase, text: string): Promise<string> {
  const [, rows = []] = await database.service.run([await context(database), `explain (costs off) ${text}`])
  const found = rows.flatMap((row) => [
    ...String(row['QUERY PLAN']).matchAll(/using (\w+)|Bitmap Index Scan on (\w+)/g),
  ])
  const names = new Set(found.map(([, used, scanned]) => used ?? scanned ?? ''))
  return names.size === 0 ? 'no index' : [...names].join(', ')
}

async function context({ key }: OwnDatabase) {
  return enter(await signToken({ userId: getPerson(WHO).userId, keyHex: key.hex, keyId: key.id }))
}
