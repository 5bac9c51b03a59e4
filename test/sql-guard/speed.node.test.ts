import { expect, it } from 'vitest'
import { checkWith, loadParser } from './node/guard.ts'

/** Measured in Node, the same V8: workerd's clock stands still while a request computes. */
const QUERY = `select s.store_name, date_trunc('month', o.order_date)::date as month, sum(oi.total_amount) as net_sales,
       count(distinct o.customer_id) as buyers, round(sum(oi.total_amount) / nullif(count(distinct o.order_id), 0), 2) as average_order
from retail.orders o
join retail.order_items oi on oi.order_id = o.order_id and oi.store_id = o.store_id
join retail.stores s on s.store_id = o.store_id
where o.status in ('completed', 'returned') and o.order_date >= now() - interval '12 months'
group by 1, 2
order by 2, net_sales desc
limit 100`

const ROUNDS = 500
const WARM_UP = 500

async function timeOf(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}

it('parses and checks a typical query within half a millisecond, once warm', async () => {
  const parse = loadParser()
  const first = await timeOf(() => checkWith(parse, QUERY))
  for (let round = 0; round < WARM_UP; round++) await checkWith(parse, QUERY)

  const times: number[] = []
  const parsing: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await timeOf(() => checkWith(parse, QUERY)))
    parsing.push(await timeOf(() => parse(QUERY)))
  }

  const p50 = median(times)
  console.log(
    `sql guard: p50 ${p50.toFixed(3)} ms, of it parsing ${median(parsing).toFixed(3)} ms; first use ${first.toFixed(0)} ms`,
  )
  // The target is 0.5 ms; the bound leaves room for a machine that is busy with other things.
  expect(p50).toBeLessThan(2)
})

it.for([
  ['a long list', `select 1 in (${'1,'.repeat(3900)}1)`],
  ['deep parentheses', `select ${'('.repeat(3900)}1${')'.repeat(3900)}`],
  ['a long chain of NOT', `select ${'not '.repeat(1900)}true`],
  ['nested comments', `select ${'/*'.repeat(40)}${'*/'.repeat(40)} 1`],
  ['names that look like habits', `select 1 1 ${'limit case `a '.repeat(500)}`],
  ['many sub-queries', `select * from (${'select * from ('.repeat(25)}select 1${') a'.repeat(25)}) a`],
  ['many blanks and commas', `select 1 ${' , '.repeat(2500)} from`],
] as const)('answers hostile text within a tenth of a second: %s', async ([, sql]) => {
  const parse = loadParser()
  await checkWith(parse, QUERY)

  const times: number[] = []
  for (let round = 0; round < 3; round++) times.push(await timeOf(() => checkWith(parse, sql).catch(() => undefined)))

  expect(Math.min(...times)).toBeLessThan(100)
})

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
