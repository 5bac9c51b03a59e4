import { describe, expect, it } from 'vitest'
import { connectAs } from '../support/edge.ts'
import { readAsOwner } from '../support/owner.ts'
import { objects, report } from '../support/reports.ts'

describe('a report over time', () => {
  it('has a row for every day, also for those without sales', async () => {
    const { client } = await connectAs('kirkland')

    const answer = await report(client, { group_by: 'day', time_period: '2026-02', metrics: ['orders', 'net_sales'] })

    expect(answer.rows.map(([day]) => day)).toEqual(
      Array.from({ length: 28 }, (_, i) => `2026-02-${String(i + 1).padStart(2, '0')}`),
    )
    expect(answer.rows.some(([, orders, sales]) => orders === 0 && sales === 0)).toBe(true)
    expect(answer.row_count).toBe(28)
  })

  it('averages seven days up to each, those before the period included', async () => {
    const { client } = await connectAs('seattle')

    const may = await report(client, { group_by: 'day', time_period: '2026-05', metrics: ['net_sales'] })
    const wider = await report(client, {
      group_by: 'day',
      time_period: '2026-04-20..2026-05-31',
      metrics: ['net_sales'],
    })

    const daily = new Map(wider.rows.map(([day, sales]) => [day, Number(sales)]))
    const week = ['25', '26', '27', '28', '29', '30'].map((day) => daily.get(`2026-04-${day}`) ?? Number.NaN)
    const expected = [...week, daily.get('2026-05-01') ?? Number.NaN].reduce((a, b) => a + b, 0) / 7
    expect(may.columns.at(-1)?.name).toBe('net_sales_moving_average')
    expect(may.rows[0]?.at(-1)).toBeCloseTo(expected, 2)
    expect(may.rows.at(-1)?.at(-1)).toBe(wider.rows.at(-1)?.at(-1))
  })

  it('averages whole weeks: the first with its days before the period, and none that ends with a part', async () => {
    const { client } = await connectAs('seattle')
    const weekly = (time_period: string, metric: string) =>
      report(client, { group_by: 'week', time_period, metrics: [metric] })

    const cut = await weekly('2026-05-06..2026-05-27', 'net_sales')
    const whole = await weekly('2026-W16..2026-W21', 'net_sales')
    const customers = await weekly('2026-05-06..2026-06-10', 'customers')
    const counted = await weekly('2026-W20..2026-W23', 'customers')

    const averages = new Map(whole.rows.map(([day, , average]) => [day, average]))
    expect(cut.rows.map(([day, , average]) => [day, average])).toEqual([
      ['2026-05-06', averages.get('2026-05-04')],
      ['2026-05-11', averages.get('2026-05-11')],
      ['2026-05-18', averages.get('2026-05-18')],
      ['2026-05-25', null],
    ])
    expect(averages.get('2026-05-11')).toBeGreaterThan(0)
    expect(cut.notices.filter((notice) => notice.startsWith('The week of'))).toEqual([
      expect.stringContaining('2026-05-06 begins before the period'),
      expect.stringContaining('2026-05-25 is not all in the period'),
    ])
    expect(customers.rows.map(([, , average]) => average)).toEqual([
      null,
      null,
      null,
      null,
      counted.rows.at(-1)?.at(-1),
      null,
    ])
    expect(counted.rows.at(-1)?.[0]).toBe('2026-06-01')
  })

  it('averages no quotients: a day without orders has none, and a week is not as much as its days', async () => {
    const { client } = await connectAs('kirkland')

    const alone = await report(client, { time_period: '2026-02', metrics: ['average_order_value'] })
    const beside = await report(client, { time_period: '2026-02', metrics: ['average_order_value', 'net_sales'] })

    expect(alone.columns.map(({ name }) => name)).toEqual(['day', 'average_order_value'])
    expect(beside.columns.at(-1)?.name).toBe('net_sales_moving_average')
  })

  it('sets each week beside the one of the other period that has its place', async () => {
    const { client } = await connectAs('seattle')

    const answer = await report(client, {
      group_by: 'week',
      time_period: '2026-W18..2026-W21',
      compare_to: 'previous_period',
      metrics: ['net_sales'],
    })
    const before = await report(client, { group_by: 'week', time_period: '2026-W14..2026-W17', metrics: ['net_sales'] })

    expect(answer.rows).toHaveLength(4)
    expect(objects(answer).map((row) => row.net_sales_previous)).toEqual(objects(before).map((row) => row.net_sales))
  })

  it('counts a customer as new on the day of their first order only', async () => {
    const { client } = await connectAs('head-office')

    const answer = await report(client, {
      group_by: 'month',
      time_period: '2025',
      metrics: ['new_customers', 'customers'],
    })

    const truth = await readAsOwner(
      `select to_char(first_at at time zone 'America/Los_Angeles', 'YYYY-MM-01') as month, count(*) as new
         from (select customer_id, min(order_date) as first_at from retail.orders where status = 'completed' group by 1) f
        where first_at >= '2025-01-01 08:00Z' and first_at < '2026-01-01 08:00Z' group by 1 order by 1`,
    )
    expect(objects(answer).map((row) => [row.month, row.new_customers])).toEqual(
      truth.map((row) => [row.month, Number(row.new)]),
    )
    expect(answer.totals.new_customers).toBe(truth.reduce((sum, row) => sum + Number(row.new), 0))
  })
})
