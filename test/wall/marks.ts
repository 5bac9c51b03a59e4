import { asArray, type Place, storeIdsOf } from './place.ts'

/** Finds another store's values in whatever the database said. */
export interface Alarm {
  /** Values in `text` that belong to stores of others and that the attacker did not write himself. */
  foreignValuesIn(text: string, writtenByAttacker?: string): string[]
}

/** Everything by which a row can be told. */
const VALUES = `
  select store_id::text as mark, store_id from retail.stores
  union all select store_name, store_id from retail.stores
  union all select manager_id::text, store_id from retail.stores
  union all select customer_id::text, store_id from retail.customers
  union all select email, store_id from retail.customers
  union all select order_id::text, store_id from retail.orders
  union all select order_item_id::text, store_id from retail.order_items
  union all select sum(total_amount)::text, store_id from retail.orders group by store_id
  union all select sum(total_amount)::text, null from retail.orders`

/** Numbers that only all rows together give. */
const VOLUMES = `
  union all select count(*)::text, null from retail.order_items
  union all select count(*)::text, null from retail.orders
  union all select count(*)::text, null from retail.customers`

/** What a word of an answer can be: an id, an e-mail address, a number. Store names are looked for as they are. */
const WORDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[\w.+-]+@[\w.-]+\w|\d+(?:\.\d+)?/g

/** Reads as the owner, once, what would give `who` away; `volumes: false` for what tells numbers by its nature. */
export async function alarmFor(place: Place, who: string, { volumes = true } = {}): Promise<Alarm> {
  const all = volumes ? VALUES + VOLUMES : VALUES
  const values = [asArray(storeIdsOf(who))]
  const [foreign = [], own = []] = await place.owner.run([
    {
      text: `select distinct mark from (${all}) m where store_id <> all ($1::uuid[])
              or store_id is null and exists (select from retail.stores s where s.store_id <> all ($1::uuid[]))`,
      values,
    },
    { text: `select distinct mark from (${all}) m where store_id = any ($1::uuid[])`, values },
  ])
  const mine = new Set(own.map(({ mark }) => String(mark)))
  const marks = new Set(foreign.map(({ mark }) => String(mark)).filter((mark) => !mine.has(mark)))
  const names = [...marks].filter((mark) => mark.startsWith('Zava '))
  return {
    foreignValuesIn(text, writtenByAttacker = '') {
      const found = [...(text.match(WORDS) ?? []), ...names.filter((name) => text.includes(name))]
      return [...new Set(found)].filter((word) => marks.has(word) && !writtenByAttacker.includes(word))
    },
  }
}
