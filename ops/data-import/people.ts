import type { OwnerClient } from '../../sql/connect.ts'

const NOBODY = 'no-manager-yet@zava.invalid'

/** Returns the id of the user who stands for a manager that is not known yet: disabled, without stores. */
export async function nobodyYet(client: OwnerClient): Promise<string> {
  await client.query(
    `insert into app.users (email, display_name, role, disabled_at) values ($1, 'No manager yet', 'store_manager', now())
     on conflict (email) do nothing`,
    [NOBODY],
  )
  const { rows } = await client.query('select user_id from app.users where email = $1', [NOBODY])
  return String(rows[0]?.user_id)
}

/** Makes the manager of a store whoever has it among their stores, where none is known yet. */
export async function appointManagers(client: OwnerClient): Promise<void> {
  await client.query(
    `update retail.stores s set manager_id = m.user_id
       from (select distinct on (us.store_id) us.store_id, us.user_id
               from app.user_stores us join app.users u on u.user_id = us.user_id
              where u.role = 'store_manager' and u.disabled_at is null order by us.store_id, us.created_at, us.user_id) m
      where m.store_id = s.store_id and s.manager_id = (select user_id from app.users where email = $1)`,
    [NOBODY],
  )
}
