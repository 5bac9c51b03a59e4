import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScratch, openStore, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { askTool } from '../support/node/scratch-call.ts'

const { seattle, redmond, product, headOffice } = world
const TACOMA = '10000000-0000-4000-8000-000000000003'
const SPOKANE = '10000000-0000-4000-8000-000000000004'

/** What each store sold: the store, the month, the amount. Tacoma opened in between, Spokane within the earlier month. */
const SALES: readonly (readonly [store: string, day: string, amount: number])[] = [
  [seattle, '2026-03-10', 1000],
  [redmond, '2026-03-10', 500],
  [SPOKANE, '2026-03-20', 40],
  [seattle, '2026-04-10', 1100],
  [redmond, '2026-04-10', 460],
  [SPOKANE, '2026-04-10', 900],
  [TACOMA, '2026-04-10', 7000],
]

describe('like-for-like growth', () => {
  let scratch: Scratch
  const ask = async (args: Record<string, unknown>) => {
    const { told } = await askTool({ scratch, userId: headOffice, now: '2026-05-10T20:00:00Z' }, 'get_sales_report', {
      metrics: ['net_sales', 'like_for_like_growth'],
      time_period: '2026-04',
      compare_to: 'previous_period',
      ...args,
    })
    return told as { totals: Record<string, unknown>; columns: { name: string }[]; rows: unknown[][] }
  }

  beforeAll(async () => {
    scratch = await openScratch('embedded')
    await settle(scratch)
    await scratch.owner.run(
      [
        openStore(TACOMA, 'Tacoma', headOffice),
        openStore(SPOKANE, 'Spokane', headOffice),
        `update retail.stores set opened_on = '2026-04-01' where store_id = '${TACOMA}'`,
        `update retail.stores set opened_on = '2026-03-15' where store_id = '${SPOKANE}'`,
        `insert into retail.customers (customer_id, store_id, first_name, last_name)
           select store_id, store_id, 'First', store_name from retail.stores where store_id in ('${TACOMA}', '${SPOKANE}')`,
        ...SALES.map(
          ([store, day, amount]) => `with o as (
            insert into retail.orders (customer_id, store_id, order_date, status, total_amount)
            values ('${store}', '${store}', '${day} 12:00-07', 'completed', ${amount}) returning order_id, store_id)
            insert into retail.order_items (order_id, store_id, product_id, quantity, unit_price, total_amount)
            select order_id, store_id, '${product}', 1, ${amount}, ${amount} from o`,
        ),
      ],
      { readOnly: false },
    )
  })
  afterAll(() => scratch?.close())

  it('counts the stores that were open over all of both periods, while net sales count every store', async () => {
    const { totals } = await ask({ group_by: 'channel' })

    // 1,500 became 1,560 in Seattle and Redmond; all in all 1,540 became 9,460.
    expect(totals).toMatchObject({ net_sales: 9460, net_sales_previous: 1540, like_for_like_growth: 4 })
  })

  it('has none for a store that opened later, by store, and what it is for each of the others', async () => {
    const { columns, rows } = await ask({ group_by: 'store', sort_by: 'name' })

    expect(columns.map(({ name }) => name)).toEqual([
      'store',
      'net_sales',
      'net_sales_previous',
      'net_sales_change_percent',
      'like_for_like_growth',
    ])
    expect(rows.map(([store, , , , growth]) => [store, growth])).toEqual([
      ['Redmond', -8],
      ['Seattle', 10],
      ['Spokane', null],
      ['Tacoma', null],
    ])
  })

  it('counts a store from the first compared period that begins after it opened', async () => {
    const spokane = await ask({ group_by: 'channel', time_period: '2026-04-10..2026-04-29', store: 'Spokane' })

    // Compared with 21 March to 9 April: open on that first day, though nothing was sold then.
    expect(spokane.totals).toMatchObject({ net_sales: 900, net_sales_previous: 0, like_for_like_growth: null })
    expect((await ask({ group_by: 'channel', store: 'Tacoma' })).totals.like_for_like_growth).toBeNull()
  })
})
