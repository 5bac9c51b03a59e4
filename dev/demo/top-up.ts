import type { CopyTarget } from '../neon/copy-target.ts'
import { products } from './catalogue/index.ts'
import type { DemoData } from './generate.ts'
import type { CountedCopy } from './progress.ts'
import { stores } from './stores.ts'

const CHANGES_PER_STATEMENT = 500

/** Brings a database that holds the demo data up to `after` to the state of `data`, inside the caller's transaction. */
export async function topUp(target: CopyTarget, counted: CountedCopy, data: DemoData, after: Date): Promise<void> {
  for (const batch of data.sales(after)) for (const table of batch) await counted.copy(table)

  const changes = data.statusChanges(after)
  for (let from = 0; from < changes.length; from += CHANGES_PER_STATEMENT) {
    const values = changes
      .slice(from, from + CHANGES_PER_STATEMENT)
      .map(({ orderId, status }) => `('${orderId}'::uuid, '${status}')`)
    await target.run(`
      update retail.orders o set status = change.status
        from (values ${values.join(', ')}) as change (order_id, status)
       where o.order_id = change.order_id`)
  }
  for (const { productId, at } of data.discontinued(after)) {
    await target.run(`update retail.products set discontinued_at = '${at}' where product_id = '${productId}'`)
  }

  // Counted anew: the shelves of a demo have no history that could be lost. What somebody imported beside it is theirs.
  await target.run(`
    delete from retail.inventory where store_id in (${listed(stores)}) and product_id in (${listed(products)})`)
  await counted.copy(data.inventory())
}

function listed(rows: readonly { readonly id: string }[]): string {
  return rows.map(({ id }) => `'${id}'`).join(', ')
}
