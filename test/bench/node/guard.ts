import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { checkWith, loadParser } from '../../sql-guard/node/guard.ts'
import type { Area, Measure } from './area.ts'
import { timeInTurns } from './rounds.ts'

/** As assistants write it: three tables, a period, aggregates. */
const TYPICAL = `select s.store_name, date_trunc('month', o.order_date)::date as month, sum(oi.total_amount) as net_sales,
       count(distinct o.customer_id) as buyers
from retail.orders o
join retail.order_items oi on oi.order_id = o.order_id and oi.store_id = o.store_id
join retail.stores s on s.store_id = o.store_id
where o.status in ('completed', 'returned') and o.order_date >= now() - interval '12 months'
group by 1, 2
order by 2, net_sales desc
limit 100`

const PARSER = new URL('../../../src/sql-guard/parser/', import.meta.url)

/** What the SQL guard costs: a typical query once warm, the first one of an isolate, and its part of the bundle. */
export const guard: Area = {
  name: 'guard',
  title: 'SQL guard: may this SELECT run?',

  async run({ isQuick }) {
    const firsts: number[] = []
    for (let i = 0; i < 5; i += 1) {
      const started = performance.now()
      await checkWith(loadParser(), TYPICAL)
      firsts.push(performance.now() - started)
    }

    const parse = loadParser()
    const ways = [
      { name: 'parse and check', run: async () => void (await checkWith(parse, TYPICAL)) },
      { name: 'parse', run: async () => void (await parse(TYPICAL)) },
    ]
    const [both, alone] = await timeInTurns(ways, { rounds: isQuick ? 500 : 3000, warmUp: 500 })
    const bytes = await Promise.all(['pgquery.wasm', 'pgquery.js'].map(packedBytes))
    return [
      {
        measure: 'parse and check, once warm (p50)',
        value: both?.p50 ?? Number.NaN,
        unit: 'ms',
        target: { atMost: 0.5 },
        against: `parsing alone ${alone?.p50.toFixed(3)} ms, spread ${both?.spread.toFixed(3)} ms`,
      },
      {
        measure: 'first use: instantiate, parse, check',
        value: firsts[0] ?? Number.NaN,
        unit: 'ms',
        against: `four more parsers: ${firsts
          .slice(1)
          .map((time) => time.toFixed(1))
          .join(', ')} ms`,
      },
      {
        measure: 'the parser’s part of the bundle (gzip)',
        value: bytes.reduce((sum, size) => sum + size, 0) / 1024,
        unit: 'KiB',
        against: 'its module and script, each compressed by itself',
      },
    ] satisfies Measure[]
  },
}

async function packedBytes(name: string): Promise<number> {
  return (await promisify(gzip)(await readFile(new URL(name, PARSER)))).length
}
