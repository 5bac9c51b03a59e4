import { people as demoPeople } from '../demo/people.ts'
import { type DatabaseAccess, withClient } from './access.ts'

/** Someone who can ask, as the database knows them. */
export interface StackPerson {
  /** What `npm run token` takes: the short name of a demo manager, else the user's id. */
  readonly key: string
  readonly userId: string
  readonly displayName: string
  readonly role: string
  readonly stores: readonly string[]
}

const WHO = `
  select u.user_id, u.display_name, u.role,
         array_remove(array_agg(s.store_name order by s.store_name), null) as stores
    from app.users u
    left join app.user_stores m using (user_id)
    left join retail.stores s using (store_id)
   where u.disabled_at is null and (u.role = 'head_office' or m.store_id is not null)
   group by u.user_id
   order by u.display_name, u.user_id
   limit 50`

/** Reads who can ask: the demo's managers in their usual order, then others; at most 50. */
export async function readPeople(owner: DatabaseAccess): Promise<StackPerson[]> {
  const { rows } = await withClient(owner, (client) => client.query(WHO))
  const order = demoPeople.map(({ userId }) => userId)
  const rank = (userId: string) => (order.includes(userId) ? order.indexOf(userId) : order.length)
  const found = rows.map((row) => ({
    key: demoPeople.find(({ userId }) => userId === row.user_id)?.key ?? String(row.user_id),
    userId: String(row.user_id),
    displayName: String(row.display_name),
    role: String(row.role),
    stores: Array.isArray(row.stores) ? row.stores.map(String) : [],
  }))
  return found.sort((a, b) => rank(a.userId) - rank(b.userId))
}
