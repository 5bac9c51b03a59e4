import { describe, expect, it } from 'vitest'
import { errorOf } from '../support/answers.ts'
import { connectAs } from '../support/edge.ts'
import { objects, report } from '../support/reports.ts'

describe('filters', () => {
  it('of a category, whatever its case, leave its sales', async () => {
    const { client } = await connectAs('head-office')
    const args = { time_period: '2026-Q2', metrics: ['net_sales'] }

    const all = await report(client, { ...args, group_by: 'category' })
    const one = await report(client, { ...args, group_by: 'store', category: 'paint & FINISHES' })

    expect(one.totals.net_sales).toBe(objects(all).find((row) => row.category === 'Paint & Finishes')?.net_sales)
  })

  it('of a channel and of stores cut the same data', async () => {
    const { client } = await connectAs('head-office')
    const args = { time_period: '2026-Q2', metrics: ['net_sales', 'orders'] }

    const channels = await report(client, { ...args, group_by: 'channel' })
    const online = await report(client, { ...args, group_by: 'month', channel: 'online' })
    const store = await report(client, { ...args, group_by: 'month', store: 'Online' })

    expect(online.totals).toEqual(store.totals)
    expect(objects(channels).find((row) => row.channel === 'online')?.net_sales).toBe(online.totals.net_sales)
  })

  it('take a part of a name for the names that have it, and say for which', async () => {
    const { client } = await connectAs('seattle')
    const ask = (args: object) => report(client, { ...args, group_by: 'category', time_period: '2026-Q2' })

    const [paint, whole, tools, brushes, exact] = await Promise.all([
      ask({ category: 'paint' }),
      ask({ category: 'paint & finishes' }),
      ask({ category: 'Tools' }),
      ask({ product: 'paint brushes' }),
      ask({ product_type: 'brushes' }),
    ])

    expect(paint.rows).toEqual(whole.rows)
    expect(paint.notices).toContain('category "paint" means Paint & Finishes.')
    expect(whole.notices.join()).not.toContain('means')
    expect(tools.rows.map(([name]) => name).sort()).toEqual(['Hand Tools', 'Power Tools'])
    expect(tools.notices).toContain('category "Tools" means Hand Tools, Power Tools.')
    expect(brushes.rows).toEqual(exact.rows)
    expect(brushes.notices.join()).toMatch(/product "paint brushes" means \d+ products\./)
  })

  it('that name nothing get a sentence with what was meant', async () => {
    const { client } = await connectAs('seattle')
    const ask = async (args: object) =>
      errorOf(await client.callTool({ name: 'get_sales_report', arguments: { ...args, time_period: '2026-Q2' } }))

    expect(await ask({ category: 'Pant & Finishes' })).toMatchObject({
      code: 'VALIDATION_ERROR',
      field: 'category',
      hint: expect.stringContaining('Paint & Finishes'),
    })
    expect(await ask({ product: "x' or true --" })).toMatchObject({ code: 'VALIDATION_ERROR', field: 'product' })
    expect(await ask({ product: '%' })).toMatchObject({ code: 'VALIDATION_ERROR', field: 'product' })
  })
})

describe('what cannot be', () => {
  it.each([
    [{ time_period: '2025-13' }, 'time_period', 'months 01 to 12'],
    [{ time_period: '2099' }, 'time_period', 'not begun yet'],
    [{ metrics: ['weeks_of_supply'], group_by: 'day' }, 'metrics', 'not known by day'],
    [{ metrics: ['like_for_like_growth'], group_by: 'store' }, 'compare_to', 'period to grow from'],
    [{ sort_by: 'orders', metrics: ['units'] }, 'sort_by', 'no such column'],
    [{ sort_by: 'change' }, 'sort_by', 'no such column'],
    [{ limit: 1001 }, 'limit', 'at most 1000'],
    [{ limit: 0 }, 'limit', 'at least 1'],
    [{ metrics: [] }, 'metrics', 'at least one'],
    [{ metric: 'units' }, 'metric', 'no argument "metric"'],
    [{ group_by: 'planet' }, 'group_by', 'group_by'],
  ])('%j is refused in a sentence', async (args, field, sentence) => {
    const { client } = await connectAs('seattle')

    const error = errorOf(await client.callTool({ name: 'get_sales_report', arguments: args }))

    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', field, message: expect.stringContaining(sentence) })
    expect(error.hint).toBeTruthy()
  })

  it('a period without data says how far the data goes', async () => {
    const { client } = await connectAs('seattle')

    const empty = await report(client, { group_by: 'store', time_period: '2026-10' })
    const early = await report(client, { group_by: 'day', time_period: '2015-03-01..2015-03-03' })

    expect(empty.rows).toEqual([])
    expect(empty.totals.net_sales).toBe(0)
    expect(empty.notices).toEqual([expect.stringContaining(`the newest one is of ${empty.data_as_of}`)])
    expect(early.rows.map((row) => row.slice(0, 3))).toEqual([
      ['2015-03-01', 0, 0],
      ['2015-03-02', 0, 0],
      ['2015-03-03', 0, 0],
    ])
    expect(early.notices[0]).toContain('the oldest one is of 20')
  })
})

it('advises to raise the limit only where it can be raised', async () => {
  const { client } = await connectAs('seattle')
  const noticesOf = async (limit: number) =>
    (await report(client, { group_by: 'day', time_period: '2022-01-01..2025-12-31', limit })).notices.join()

  expect(await noticesOf(999)).toContain('More rows than 999: raise limit (to 1000), or group more coarsely.')
  expect(await noticesOf(1000)).toContain('More rows than 1000: group more coarsely.')
})

it('a NUL character, which Postgres takes in no text, is the mistake of an argument', async () => {
  const { client } = await connectAs('seattle')
  const calls = [
    { name: 'get_sales_report', arguments: { product: 'a\0b' } },
    { name: 'get_inventory_status', arguments: { category: '\0' } },
    { name: 'get_product_affinity', arguments: { product: 'paint', category: 'a\0' } },
    { name: 'get_multiple_table_schemas', arguments: { table_names: ['orders\0'] } },
  ]

  for (const call of calls) {
    const result = await client.callTool(call)
    expect(errorOf(result as never), call.name).toMatchObject({ code: 'VALIDATION_ERROR' })
  }
})
