import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScratch, openStore, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { askTool } from '../support/node/scratch-call.ts'

const { seattle, product, headOffice } = world
const MY_SHOP = '10000000-0000-4000-8000-000000000003'
const SPRAYS = '30000000-0000-4000-8000-000000000002'
const CAN = '30000000-0000-4000-8000-000000000003'

/** An order of one line. */
const sale = (what: { store: string; at: string; of: string; units: number; price: number; status?: string }) => `
  with o as (
    insert into retail.orders (customer_id, store_id, order_date, status, total_amount)
    values ('${what.store}', '${what.store}', '${what.at}', '${what.status ?? 'completed'}', ${what.units * what.price})
    returning order_id, store_id)
  insert into retail.order_items (order_id, store_id, product_id, quantity, unit_price, total_amount)
  select order_id, store_id, '${what.of}', ${what.units}, ${what.price}, ${what.units * what.price} from o`

interface Told {
  readonly columns: { name: string }[]
  readonly rows: unknown[][]
  readonly totals: Record<string, number | null>
  readonly notices: string[]
  readonly stores: string | string[]
  readonly store: string
  readonly data_as_of: string | null
}

/** Shops as they come: a store called "My Shop", a category whose name is part of another's, a product that nobody gave a cost. */
describe('a shop with odd names and gaps', () => {
  let scratch: Scratch
  const ask = async (tool: string, args: Record<string, unknown>) => {
    const { told, text } = await askTool({ scratch, userId: headOffice, now: '2026-03-20T20:00:00Z' }, tool, args)
    expect(text).not.toMatch(/NaN|Infinity|undefined/)
    return told as unknown as Told
  }
  const column = ({ columns, rows }: Told, name: string) =>
    rows.map((row) => row[columns.findIndex((one) => one.name === name)])

  beforeAll(async () => {
    scratch = await openScratch('embedded')
    await settle(scratch)
    await scratch.owner.run(
      [
        openStore(MY_SHOP, 'My Shop', headOffice),
        `insert into retail.customers (customer_id, store_id, first_name, last_name) values ('${MY_SHOP}', '${MY_SHOP}', 'A', 'B')`,
        `insert into retail.categories (category_id, category_name) values ('${SPRAYS}', 'Spray Paint')`,
        `insert into retail.product_types (type_id, category_id, type_name) values ('${SPRAYS}', '${SPRAYS}', 'Cans')`,
        `insert into retail.products (product_id, sku, product_name, category_id, type_id, cost, base_price, product_description)
           values ('${CAN}', 'P2', 'Spray can', '${SPRAYS}', '${SPRAYS}', 0, 20, 'A can of paint')`,
        `insert into retail.inventory (store_id, product_id, stock_level) select store_id, '${CAN}', 5 from retail.stores`,
        sale({ store: seattle, at: '2026-02-10 12:00-08', of: CAN, units: 10, price: 20, status: 'returned' }),
        sale({ store: MY_SHOP, at: '2026-02-11 12:00-08', of: product, units: 3, price: 2 }),
        sale({ store: MY_SHOP, at: '2026-01-31 12:00-08', of: product, units: 1, price: 2 }),
      ],
      { readOnly: false },
    )
  })
  afterAll(() => scratch?.close())

  it('takes a whole name of a category for that one in every tool, and a part of it for all that have it', async () => {
    const asked = { time_period: '2026-02', category: 'paint' }
    const stock = await ask('get_inventory_status', { category: 'paint' })
    const found = await ask('semantic_search_products', { query_description: 'paint', category: 'PAINT' })
    const sold = await ask('get_sales_report', { ...asked, group_by: 'category' })
    const together = await ask('get_product_affinity', asked)

    expect(new Set(column(stock, 'category'))).toEqual(new Set(['Paint']))
    expect(new Set(column(found, 'category'))).toEqual(new Set(['Paint']))
    expect(column(sold, 'category')).toEqual(['Paint'])
    expect(together).toMatchObject({ matched: ['Brush'] })
    expect(new Set(column(await ask('get_inventory_status', { category: 'pain' }), 'category'))).toEqual(
      new Set(['Paint', 'Spray Paint']),
    )
  })

  it('finds the store that is called "My Shop", and takes "all my stores" and "my store" for all of them', async () => {
    const storesOf = async (store: string) => (await ask('get_inventory_status', { store })).stores

    expect(await storesOf('my shop')).toEqual(['My Shop'])
    expect(await storesOf('all my stores')).toEqual(['My Shop', 'Redmond', 'Seattle'])
    expect(await storesOf('Every store')).toEqual(['My Shop', 'Redmond', 'Seattle'])
    expect(await storesOf('my store')).toEqual(['My Shop', 'Redmond', 'Seattle'])
    await expect(ask('get_inventory_status', { store: ' — ' })).rejects.toThrow('AUTHORIZATION_ERROR')
  })

  it('has no sell-through where more came back than was sold', async () => {
    const sold = await ask('get_sales_report', {
      time_period: '2026-02',
      group_by: 'product',
      metrics: ['units', 'sell_through', 'weeks_of_supply'],
      sort_by: 'name',
    })

    // Fifteen cans lie in three stores, ten came back.
    expect(sold.rows).toEqual([
      ['P1', 'Brush', 3, 23.08, 13.3],
      ['P2', 'Spray can', -10, null, null],
    ])
  })

  it('says of which products the cost is not known, where margins rest on it, and only there', async () => {
    const says = 'The cost of 1 of 2 products is not known and counts as 0: margins are too high where they were sold.'
    const margin = { time_period: '2026-02', metrics: ['gross_margin'] }

    expect((await ask('get_store_performance', { store: 'seattle', time_period: '2026-02' })).notices).toContain(says)
    expect((await ask('get_sales_report', margin)).notices).toContain(says)
    expect((await ask('get_sales_report', { ...margin, product: 'P1' })).notices.join()).not.toContain('cost')
    expect((await ask('get_sales_report', { time_period: '2026-02' })).notices.join()).not.toContain('cost')
  })

  it('says that nothing was sold where that is so, whatever the metrics and the period before', async () => {
    const noticesOf = async (asked: Record<string, unknown>) =>
      (await ask('get_sales_report', { store: 'My Shop', ...asked })).notices.join()
    const idle = { time_period: '2026-02-01..2026-02-10', compare_to: 'previous_period' }

    expect(await noticesOf({ time_period: '2026-02', metrics: ['returns', 'discounts'] })).not.toContain('Nothing was')
    expect(await noticesOf(idle)).toContain('Nothing was sold in this period')
    expect(await noticesOf({ ...idle, metrics: ['stock_value'], group_by: 'store' })).toContain('Nothing was sold')
  })

  it('says where the data begins within the period, and which days of a longer month have no row', async () => {
    const begins = await ask('get_sales_report', { time_period: '2025-12-01..2026-01-31', group_by: 'month' })
    const byDay = await ask('get_sales_report', { time_period: '2026-02', compare_to: 'previous_period' })

    expect(begins.notices.join()).toContain('The data begins within the period')
    expect(byDay.rows).toHaveLength(28)
    // The sale of 31 January.
    expect(column(byDay, 'net_sales_previous').filter((value) => value !== 0)).toEqual([20])
    expect(byDay.totals.net_sales_previous).toBe(22)
    expect(byDay.notices).toContain('The compared period has 3 days more; the last of it counts in the totals only.')
  })

  it('misses no sales of what does not sell', async () => {
    const empty = `update retail.inventory set stock_level = 0 where product_id = '${CAN}' or store_id = '${MY_SHOP}'`
    await scratch.owner.run(
      [
        `insert into retail.inventory (store_id, product_id) values ('${MY_SHOP}', '${product}') on conflict do nothing`,
        empty,
      ],
      { readOnly: false },
    )

    const { insights, summary } = (await ask('get_inventory_status', {})) as unknown as {
      insights: { kind: string; statement: string; evidence: { products: number } }[]
      summary: { status: string; products: number }[]
    }

    const missed = insights.find(({ kind }) => kind === 'out_of_stock')
    expect(summary.find(({ status }) => status === 'out')?.products).toBe(2)
    expect(missed?.evidence.products).toBe(1)
    expect(missed?.statement).toMatch(/^1 product that sells for about .* is out of stock at stores that sell it;/)
  })
})

describe('a shop without a single order', () => {
  it('has stock, of no date, and says what is missing', async () => {
    const scratch = await openScratch('embedded')
    try {
      await settle(scratch)
      await scratch.owner.run(['delete from retail.order_items', 'delete from retail.orders'], { readOnly: false })
      const caller = { scratch, userId: headOffice, now: '2026-03-20T20:00:00Z' }
      const { told } = await askTool(caller, 'get_inventory_status', {})
      await scratch.owner.run(['delete from retail.inventory'], { readOnly: false })
      const bare = await askTool(caller, 'get_inventory_status', {})

      expect(told).toMatchObject({ data_as_of: null, row_count: 2 })
      expect(bare.told).toMatchObject({ row_count: 0, notices: ['No stock is recorded for these stores and filters.'] })
    } finally {
      await scratch.close()
    }
  })
})
