import { describe, expect, it } from 'vitest'
import { comparisonOf, parsePeriod } from '../../src/retail/period.ts'
import { evidenceQueries } from '../../src/retail/sales/evidence.ts'
import { askScratch } from '../db/node/ask-scratch.ts'
import { openScratch, settle, world } from '../sql/node/scratch.ts'
import { askTool } from '../support/node/scratch-call.ts'

const { seattle, product, headOffice } = world

describe('a catalogue of tens of thousands', () => {
  it('is told apart by product in some thousand rows, and its insights still add up', async () => {
    const scratch = await openScratch('embedded')
    try {
      await settle(scratch)
      await scratch.owner.run(
        [
          'delete from retail.order_items',
          `insert into retail.products (product_id, sku, product_name, category_id, type_id, cost, base_price, product_description)
             select gen_random_uuid(), 'N-' || n, 'Nail ' || n, '${product}', '${product}', 1, 2, 'A nail' from generate_series(1, 30000) n`,
          `insert into retail.orders (order_id, customer_id, store_id, order_date, status, total_amount)
             select md5(m::text)::uuid, '${seattle}', '${seattle}', make_timestamptz(2026, m, 27 * m - 26, 20, 0, 0), 'completed', 1 from generate_series(1, 2) m`,
          `insert into retail.order_items (order_id, store_id, product_id, quantity, unit_price, total_amount)
             select md5(m::text)::uuid, '${seattle}', product_id, 1, 2 * m, 2 * m from retail.products, generate_series(1, 2) m where sku like 'N-%'`,
        ],
        { readOnly: false },
      )
      const now = '2026-03-20T20:00:00Z'
      const calendar = { timeZone: 'America/Los_Angeles', weekStart: 1, fiscalYearStart: 1 }
      const period = parsePeriod('2026-02', calendar, Date.parse(now))
      const comparison = comparisonOf(period, 'previous_period')
      const plan = { scope: { stores: [], isAll: true, calendar }, period, comparison }

      const { results } = await askScratch(scratch, headOffice)(evidenceQueries(plan), {
        signal: AbortSignal.timeout(60_000),
        operation: 'report',
      })
      const asked = { store: 'Seattle', time_period: '2026-02' }
      const { told } = await askTool({ scratch, userId: headOffice, now }, 'get_store_performance', asked)

      expect(results[0]?.rows.length).toBeLessThan(5_000)
      expect(told).toMatchObject({ metrics: { net_sales: 120_000 }, comparison: { metrics: { net_sales: 60_000 } } })
      expect(told.insights).toMatchObject([
        { kind: 'mix_and_price', evidence: { change: 60_000, volume_effect: 0, price_effect: 60_000 } },
      ])
    } finally {
      await scratch.close()
    }
  })
})
