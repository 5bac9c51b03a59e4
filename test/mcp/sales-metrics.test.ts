import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import { connectAs } from '../support/edge.ts'
import { readAsOwner } from '../support/owner.ts'
import { objects, report } from '../support/reports.ts'

const MAY = ['2026-05-01 07:00Z', '2026-06-01 07:00Z']

describe('metrics of stock', () => {
  it('are what the owner finds, category by category', async () => {
    const { client } = await connectAs('tacoma')

    const answer = await report(client, {
      group_by: 'category',
      time_period: '2026-05',
      metrics: ['units', 'stock_value', 'stock_value_retail', 'sell_through', 'weeks_of_supply', 'gmroi'],
      sort_by: 'name',
      order: 'asc',
    })

    const truth = await readAsOwner(
      `with mine as (select store_id from retail.stores where store_name = 'Zava Retail Tacoma'),
       sold as (
         select p.category_id, sum(case o.status when 'returned' then -i.quantity else i.quantity end) as units,
                sum(case o.status when 'returned' then -1 else 1 end * (i.total_amount - i.quantity * p.cost)) as margin
           from retail.orders o join retail.order_items i on i.order_id = o.order_id join retail.products p using (product_id)
          where o.store_id = (select store_id from mine) and o.status in ('completed', 'returned')
            and o.order_date >= $1 and o.order_date < $2 group by 1),
       stock as (
         select p.category_id, sum(v.stock_level) as units, sum(v.stock_level * p.cost) as cost, sum(v.stock_level * p.base_price) as retail
           from retail.inventory v join retail.products p using (product_id)
          where v.store_id = (select store_id from mine) group by 1)
       select c.category_name, coalesce(sold.units, 0) as units, stock.cost, stock.retail,
              round(100.0 * coalesce(sold.units, 0) / (coalesce(sold.units, 0) + stock.units), 2) as sell_through,
              round(stock.units / (nullif(greatest(sold.units, 0), 0) / (31.0 / 7)), 1) as weeks,
              round(coalesce(sold.margin, 0) / 31.0 * 365 / stock.cost, 2) as gmroi
         from retail.categories c join stock using (category_id) left join sold using (category_id) order by 1`,
      MAY,
    )
    expect(answer.rows).toEqual(
      truth.map((row) => [
        row.category_name,
        ...[row.units, row.cost, row.retail, row.sell_through, row.weeks, row.gmroi].map((value) =>
          value === null ? null : Number(value),
        ),
      ]),
    )
    expect(answer.rows).toHaveLength(9)
  })
})

describe('like-for-like growth', () => {
  it('leaves out what a store that opened in between has sold', async () => {
    const { client } = await connectAs('head-office')

    const answer = await report(client, {
      group_by: 'region',
      time_period: '2026-05',
      compare_to: 'previous_year',
      metrics: ['net_sales', 'like_for_like_growth'],
    })

    // Every demo store was open in both periods, so growth and like-for-like growth are the same here.
    for (const row of objects(answer)) expect(row.like_for_like_growth).toBe(row.net_sales_change_percent)
    expect(answer.totals.like_for_like_growth).toBe(answer.totals.net_sales_change_percent)
  })

  it('is not known from before any store was open', async () => {
    const { client } = await connectAs('head-office')

    const answer = await report(client, {
      group_by: 'region',
      time_period: '2005-05..2026-05',
      compare_to: 'previous_year',
      metrics: ['net_sales', 'like_for_like_growth'],
    })

    expect(answer.totals.net_sales).toBeGreaterThan(0)
    expect(answer.totals.like_for_like_growth).toBeNull()
  })
})

describe('a hundred rows', () => {
  const costOf = async (args: object, who = 'head-office') => {
    const { client } = await connectAs(who)
    const result = await client.callTool({ name: 'get_sales_report', arguments: { ...args, limit: 100 } })
    const rows = objects(result.structuredContent as never)
    const [content] = result.content as { text: string }[]
    const csv = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row).map((cell) => cell ?? ''))]
    const tokensOf = (text: string) => encode(text).length
    expect(rows).toHaveLength(100)
    const asObjects = tokensOf(JSON.stringify(rows))
    return { ratio: tokensOf(content?.text ?? '') / asObjects, floor: tokensOf(csv.join('\n')) / asObjects }
  }

  it('of days cost an assistant at most 0.55 of what they cost as JSON objects', async () => {
    expect((await costOf({ group_by: 'day', time_period: '2026-01-01..2026-04-10' })).ratio).toBeLessThanOrEqual(0.55)
  })

  it('of products beside a year ago too: names weigh less where there are more figures', async () => {
    const beside = { group_by: 'product', time_period: '2025', compare_to: 'previous_year' }
    const { ratio } = await costOf(beside, 'regional')

    expect(ratio).toBeLessThanOrEqual(0.55)
  })

  it.each([{}, { compare_to: 'previous_year' }])(
    'of products cost little more than their bare values, the names of which weigh the same in both: %j',
    async (args) => {
      const { ratio, floor } = await costOf({ group_by: 'product', time_period: '2025', ...args })

      expect(ratio - floor).toBeLessThanOrEqual(0.09)
    },
  )
})
