import { describe, expect, it } from 'vitest'
import { METRIC_NAMES, METRICS } from '../../src/retail/metrics.ts'
import { DIMENSION_NAMES, DIMENSIONS, type Dimension } from '../../src/retail/sales/dimensions.ts'
import { connectAs } from '../support/edge.ts'
import { readAsOwner } from '../support/owner.ts'
import { objects, report } from '../support/reports.ts'

const QUARTER = { from: '2026-04-01 07:00:00Z', to: '2026-07-01 07:00:00Z' }

describe('net sales', () => {
  it.each([
    ['seattle', "s.store_name = 'Zava Retail Seattle'"],
    ['regional', "s.region = 'Eastside' or s.store_name = 'Zava Retail Seattle'"],
    ['head-office', 'true'],
  ])('of what %s may see are what the owner finds, to the cent', async (key, theirs) => {
    const { client } = await connectAs(key)

    const { totals, rows } = await report(client, { group_by: 'month', time_period: '2026-Q2' })

    const truth = await readAsOwner(
      `select to_char(o.order_date at time zone 'America/Los_Angeles', 'YYYY-MM-01') as month,
              sum(case o.status when 'completed' then i.total_amount when 'returned' then -i.total_amount else 0 end) as net,
              count(distinct case when o.status = 'completed' then o.order_id end) as orders
         from retail.orders o join retail.order_items i using (store_id, order_id) join retail.stores s using (store_id)
        where o.order_date >= $1 and o.order_date < $2 and (${theirs}) group by 1 order by 1`,
      [QUARTER.from, QUARTER.to],
    )
    expect(rows.map((row) => row.slice(0, 3))).toEqual(
      truth.map(({ month, net, orders }) => [month, Number(net), Number(orders)]),
    )
    const cents = truth.reduce((sum, { net }) => sum + Math.round(Number(net) * 100), 0)
    expect(Math.round((totals.net_sales ?? 0) * 100)).toBe(cents)
    expect(cents).toBeGreaterThan(0)
  })

  it('are gross sales less discounts and returns', async () => {
    const { client } = await connectAs('head-office')

    const { totals } = await report(client, {
      group_by: 'store',
      time_period: '2025',
      metrics: ['net_sales', 'gross_sales', 'discounts', 'returns'],
    })

    const cents = (name: string) => Math.round((totals[name] ?? 0) * 100)
    expect(cents('net_sales')).toBe(cents('gross_sales') - cents('discounts') - cents('returns'))
    expect(cents('returns')).toBeGreaterThan(0)
  })
})

describe.for(DIMENSION_NAMES.map((name) => [name, DIMENSIONS[name] as Dimension] as const))(
  'by %s',
  ([name, dimension]) => {
    it('every metric that is known has a column, and amounts add up to the total', async () => {
      const { client } = await connectAs('head-office')
      const metrics = METRIC_NAMES.filter((metric) => dimension.hasStock || !('stock' in METRICS[metric]))

      const answer = await report(client, {
        group_by: name,
        metrics,
        time_period: '2026-05',
        compare_to: 'previous_period',
        limit: 1000,
      })

      const names = answer.columns.map((column) => column.name)
      for (const metric of metrics) expect(names).toContain(metric)
      expect(answer.truncated).toBe(false)
      for (const metric of ['net_sales', 'gross_sales', 'discounts', 'units', 'net_sales_previous'] as const) {
        const sum = objects(answer).reduce((all, row) => all + Math.round(Number(row[metric]) * 100), 0)
        expect([metric, sum]).toEqual([metric, Math.round(Number(answer.totals[metric]) * 100)])
      }
      expect(answer.totals.net_sales).toBeGreaterThan(0)
    })
  },
)

describe('the order of rows', () => {
  it.each([
    [{ sort_by: 'name' }, 'ascending names'],
    [{ sort_by: 'category' }, 'ascending names'],
    [{ sort_by: 'name', order: 'desc' }, 'descending names'],
    [{}, 'descending amounts'],
    [{ order: 'asc' }, 'ascending amounts'],
    [{ sort_by: 'orders' }, 'descending amounts'],
  ] as const)('by %j is %s', async (sort, order) => {
    const { client } = await connectAs('head-office')

    const { rows } = await report(client, { group_by: 'category', metrics: ['orders'], time_period: '2025', ...sort })

    const [direction, what] = order.split(' ')
    const keys = rows.map(([name, orders]) => (what === 'names' ? name : orders))
    const ascending = keys.toSorted((a, b) => (typeof a === 'number' ? a - Number(b) : String(a) < String(b) ? -1 : 1))
    expect(keys).toEqual(direction === 'ascending' ? ascending : ascending.toReversed())
  })

  it.each([
    [{ sort_by: 'time' }, '2026-05-01'],
    [{ sort_by: 'day' }, '2026-05-01'],
    [{ order: 'desc' }, '2026-05-31'],
  ])('over time by %j begins on %s', async (sort, first) => {
    const { client } = await connectAs('seattle')

    const { rows } = await report(client, { group_by: 'day', metrics: ['orders'], time_period: '2026-05', ...sort })

    expect(rows[0]?.[0]).toBe(first)
  })

  it('may be that of any column that the report has', async () => {
    const { client } = await connectAs('seattle')
    const sort_by = 'net_sales_change_percent'

    const answer = await report(client, {
      group_by: 'category',
      metrics: ['net_sales'],
      time_period: '2026-Q1',
      compare_to: 'previous_year',
      sort_by,
    })

    const changes = objects(answer).map((row) => Number(row[sort_by]))
    expect(changes).toEqual(changes.toSorted((a, b) => b - a))
    expect(new Set(changes).size).toBeGreaterThan(1)
  })
})

describe('top products', () => {
  it('come in the order of what was sold of them, with what the owner finds', async () => {
    const { client } = await connectAs('seattle')

    const answer = await report(client, {
      group_by: 'product',
      time_period: '2026-Q2',
      metrics: ['units', 'net_sales'],
      limit: 5,
    })

    const truth = await readAsOwner(
      `select d.sku, d.product_name, sum(i.quantity * case o.status when 'returned' then -1 else 1 end) as units,
              sum(i.total_amount * case o.status when 'returned' then -1 else 1 end) as net
         from retail.orders o join retail.order_items i using (store_id, order_id) join retail.products d using (product_id)
         join retail.stores s using (store_id)
        where s.store_name = 'Zava Retail Seattle' and o.status in ('completed', 'returned')
          and o.order_date >= $1 and o.order_date < $2
        group by 1, 2 order by 3 desc, 1, 2 limit 5`,
      [QUARTER.from, QUARTER.to],
    )
    expect(answer.rows).toEqual(truth.map((row) => [row.sku, row.product_name, Number(row.units), Number(row.net)]))
    expect(answer.truncated).toBe(true)
    expect(answer.notices.join()).toContain('raise limit')
  })
})

describe('customer segments', () => {
  it('hold every customer with an order once', async () => {
    const { client } = await connectAs('head-office')

    const answer = await report(client, {
      group_by: 'customer_segment',
      time_period: '2026-Q2',
      metrics: ['customers', 'net_sales'],
    })

    const [truth] = await readAsOwner(
      `select count(distinct customer_id) as customers from retail.orders where status = 'completed' and order_date < $1`,
      [QUARTER.to],
    )
    expect(objects(answer).map(({ segment }) => segment)).toEqual([
      'new',
      'champion',
      'loyal',
      'big_spender',
      'active',
      'at_risk',
      'lost',
      'none',
    ])
    expect(objects(answer).reduce((sum, row) => sum + Number(row.members), 0)).toBe(Number(truth?.customers))
    expect(answer.notices.join()).toContain('90 days')
  })

  it('are told apart by when, how often and for how much they bought', async () => {
    const { client } = await connectAs('seattle')

    const answer = await report(client, {
      group_by: 'customer_segment',
      time_period: '2026-Q2',
      metrics: ['customers'],
    })

    const truth = await readAsOwner(
      `with c as (
         select o.customer_id, min(order_date) as first_at, max(order_date) as last_at
           from retail.orders o join retail.stores s using (store_id)
          where s.store_name = 'Zava Retail Seattle' and o.status = 'completed' and o.order_date < $2 group by 1)
       select count(*) filter (where first_at >= $1) as new,
              count(*) filter (where last_at < $2::timestamptz - interval '365 days') as lost from c`,
      [QUARTER.from, QUARTER.to],
    )
    const members = Object.fromEntries(objects(answer).map((row) => [row.segment, row.members]))
    expect([members.new, members.lost]).toEqual([Number(truth[0]?.new), Number(truth[0]?.lost)])
    expect(members.champion).toBeGreaterThan(0)
  })
})
