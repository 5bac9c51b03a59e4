import type { CopyTarget } from '../neon/copy-target.ts'
import { type DemoOptions, openDemoData } from './generate.ts'
import { checkKeysAfterwards } from './key-checks.ts'
import { buildIndexesAfterwards } from './late-indexes.ts'
import { type DemoMarker, findDemoData, writeDemoMarker } from './marker.ts'
import { countCopies, type OnDemoProgress } from './progress.ts'
import { salesAhead } from './sales-ahead.ts'
import { topUp } from './top-up.ts'

export type { DemoOptions } from './generate.ts'
export { type DemoMarker, findDemoData } from './marker.ts'
export type { DemoProgress } from './progress.ts'

export interface DemoSummary extends DemoMarker {
  /** Rows added, by table. */
  readonly rows: Readonly<Record<string, number>>
}

/** The database cannot take the demo data; the message is a finished sentence. */
export class DemoDataError extends Error {}

const ITEMS_PER_ORDER = 2.36
/** From here on a thread that makes the orders is worth starting. */
const ORDERS_FOR_A_THREAD = 20_000
const SALES_TABLES = ['retail.customers', 'retail.orders', 'retail.order_items', 'retail.inventory']

/**
 * Fills an empty, migrated database with the demo data, all or nothing, and refreshes the planner's statistics. Throws
 * `DemoDataError` when there are stores already: somebody's own data is never mixed with invented data.
 */
export async function loadDemoData(
  target: CopyTarget,
  options: DemoOptions,
  onProgress: OnDemoProgress = () => {},
): Promise<DemoSummary> {
  const data = openDemoData(options)
  const { customers, orders } = data.planned()
  const expected = {
    'retail.customers': customers,
    'retail.orders': orders,
    'retail.order_items': Math.round(orders * ITEMS_PER_ORDER),
  }
  const counted = countCopies(target, expected, onProgress)
  const marker = { size: options.size, seed: options.seed, through: options.now }

  await allOrNothing(target, async () => {
    const [store] = await target.rows('select 1 as one from retail.stores limit 1')
    if (store !== undefined)
      throw new DemoDataError('The database has stores already; the demo data wants an empty one.')
    for (const table of data.reference()) await counted.copy(table)
    await checkKeysAfterwards(target, SALES_TABLES, () =>
      buildIndexesAfterwards(target, SALES_TABLES, async () => {
        const sales = orders < ORDERS_FOR_A_THREAD ? data.sales() : salesAhead(options)
        for await (const batch of sales) for (const table of batch) await counted.copy(table)
        await counted.copy(data.inventory())
      }),
    )
    await writeDemoMarker(target, marker)
  })
  await target.run('analyze')
  return { ...marker, rows: counted.rows }
}

/**
 * Continues the demo data that is there up to `now`: the result is what a fresh load up to `now` would hold, but for the
 * `updated_at` of orders that changed. Does nothing when the data is that far already; throws `DemoDataError` when there is none.
 */
export async function topUpDemoData(
  target: CopyTarget,
  { now }: { now: Date },
  onProgress: OnDemoProgress = () => {},
): Promise<DemoSummary> {
  const marker = await findDemoData(target)
  if (marker === null) throw new DemoDataError('The database has no demo data that could be continued.')
  if (Math.floor(now.getTime() / 1000) <= Math.floor(marker.through.getTime() / 1000)) return { ...marker, rows: {} }

  const data = openDemoData({ ...marker, now })
  const { customers, orders } = data.planned(marker.through)
  const counted = countCopies(target, { 'retail.customers': customers, 'retail.orders': orders }, onProgress)
  await allOrNothing(target, async () => {
    await topUp(target, counted, data, marker.through)
    await writeDemoMarker(target, { ...marker, through: now })
  })
  await target.run('analyze')
  return { ...marker, through: now, rows: counted.rows }
}

async function allOrNothing(target: CopyTarget, work: () => Promise<void>): Promise<void> {
  await target.run('begin')
  try {
    await work()
    await target.run('commit')
  } catch (error) {
    // The first failure is the one to know; a connection that is gone has rolled back by itself.
    await target.run('rollback').catch(() => {})
    throw error
  }
}
