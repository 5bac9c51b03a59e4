import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScratch, openStore, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { askTool } from '../support/node/scratch-call.ts'

const { seattle, redmond, product, seattleManager, redmondManager, headOffice } = world
const TACOMA = '10000000-0000-4000-8000-000000000003'
const GNOME = '30000000-0000-4000-8000-000000000002'

/** Orders of one line each: so many a day, from one date to another. */
const trade = (
  store: string,
  what: { from: string; to: string; perDay: number; price: number; status?: string; of?: string },
) => `
  with o as (
    insert into retail.orders (order_id, customer_id, store_id, order_date, status, total_amount)
    select gen_random_uuid(), '${store}', '${store}', d + make_interval(hours => 18 + n), '${what.status ?? 'completed'}', ${what.price}
      from generate_series('${what.from}'::timestamptz, '${what.to}'::timestamptz, '1 day') d, generate_series(1, ${what.perDay}) n
    returning order_id, store_id)
  insert into retail.order_items (order_id, store_id, product_id, quantity, unit_price, total_amount)
  select order_id, store_id, '${what.of ?? product}', 1, ${what.price}, ${what.price} from o`

interface Told {
  readonly insights: { kind: string; statement: string }[]
  readonly notices: string[]
  readonly metrics: Record<string, number | null>
}

/** Seattle sells every day until its data ends on 10 March 2026; Redmond got everything back; Tacoma opened on 1 March. */
describe('insights over data that misleads', () => {
  let scratch: Scratch
  const ask = async (userId: string, tool: string, args: Record<string, unknown>) => {
    const { told, text } = await askTool({ scratch, userId, now: '2026-03-20T20:00:00Z' }, tool, args)
    expect(text).not.toMatch(/NaN|Infinity|undefined/)
    return told as unknown as Told & { rows: unknown[][]; columns: { name: string }[] }
  }

  beforeAll(async () => {
    scratch = await openScratch('embedded')
    await settle(scratch)
    await scratch.owner.run(
      [
        openStore(TACOMA, 'Tacoma', headOffice),
        `insert into retail.customers (customer_id, store_id, first_name, last_name) values ('${TACOMA}', '${TACOMA}', 'A', 'B')`,
        `insert into retail.categories (category_id, category_name) values ('${GNOME}', 'Garden')`,
        `insert into retail.product_types (type_id, category_id, type_name) values ('${GNOME}', '${GNOME}', 'Gnomes')`,
        `insert into retail.products (product_id, sku, product_name, category_id, type_id, cost, base_price, product_description)
           values ('${GNOME}', 'P2', 'Gnome', '${GNOME}', '${GNOME}', 10, 20, 'A gnome')`,
        `insert into retail.inventory (store_id, product_id, stock_level) select store_id, '${GNOME}', 50 from retail.stores`,
        `delete from retail.order_items`,
        `delete from retail.orders`,
        trade(seattle, { from: '2025-10-01', to: '2026-03-09', perDay: 8, price: 10 }),
        trade(seattle, { from: '2025-10-01', to: '2025-11-30', perDay: 2, price: 20, of: GNOME }),
        trade(redmond, { from: '2026-01-01', to: '2026-03-18', perDay: 8, price: 10, status: 'returned' }),
        trade(TACOMA, { from: '2026-03-01', to: '2026-03-09', perDay: 3, price: 10 }),
      ],
      { readOnly: false },
    )
  })
  afterAll(() => scratch?.close())

  it.each(['mtd', 'last_week', '2026-03-01..2026-03-15'])(
    'data that ends within %s is no fall and no bad day',
    async (time_period) => {
      const { insights, notices } = await ask(seattleManager, 'get_store_performance', { time_period })

      expect(insights).toEqual([])
      expect(notices.join()).toMatch(/The data ends before the period does|No order lies in this period/)
    },
  )

  it('data that begins within the compared period is no rise', async () => {
    const { insights, notices } = await ask(seattleManager, 'get_store_performance', {
      time_period: '2025-10',
      compare_to: 'previous_period',
    })

    expect(insights).toEqual([])
    expect(notices.join()).toContain('does not reach back')
  })

  it('a store to which everything came back has its money below zero, ratios without a value, and no insight', async () => {
    const { metrics, insights } = await ask(redmondManager, 'get_store_performance', { time_period: '2026-02' })

    expect(metrics).toMatchObject({
      net_sales: -2240,
      gross_sales: 0,
      orders: 0,
      average_order_value: null,
      return_rate: 100,
    })
    expect(insights).toEqual([])
  })

  it('a period without a sale answers with zeros', async () => {
    const { metrics, insights } = await ask(seattleManager, 'get_store_performance', { time_period: '2024-05' })

    expect(metrics).toMatchObject({ net_sales: 0, average_order_value: null, gross_margin_percent: null })
    expect(insights).toEqual([])
  })

  it('a store that opened nine days ago has nothing dead or overstocked, and is told of', async () => {
    const young = await ask(headOffice, 'get_inventory_status', { store: 'Tacoma' })
    const old = await ask(headOffice, 'get_inventory_status', { store: 'Seattle' })

    const statuses = ({ rows }: { rows: unknown[][] }) => Object.fromEntries(rows.map((row) => [row[2], row[4]]))
    expect(statuses(old)).toMatchObject({ P2: 'dead' })
    expect(statuses(young)).toMatchObject({ P2: 'ok' })
    expect(young.insights.map(({ kind }) => kind)).not.toContain('dead_stock')
    expect(young.notices.join()).toContain('for Tacoma')
    expect(old.notices).toEqual([])
  })
})
