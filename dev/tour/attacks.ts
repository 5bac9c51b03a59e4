/** A SELECT with which one store's manager tries to become another's. */
export interface Attack {
  readonly name: string
  readonly sql: string
}

/**
 * Each returns `store_id` and a count for every store it got to see. These read every tenant where a plain setting decides
 * who is asking; the list follows the ways in which a setting can be changed from inside a single SELECT.
 */
export function attacksAsIf(victimUserId: string): readonly Attack[] {
  const setters = [
    `set_config('app.current_rls_user_id', '${victimUserId}', true)`,
    `set_config('zava.context', 'c2.${victimUserId}.head_office.1.1.{}.00', true)`,
  ]
  const [plain, context] = setters as [string, string]
  const seen = 'select o.store_id, count(*) as orders from retail.orders o'
  return [
    {
      name: 'in the select list',
      sql: `select o.store_id, count(*) as orders, max(${plain}) from retail.orders o group by o.store_id`,
    },
    {
      name: 'in FROM',
      sql: `select o.store_id, count(*) as orders from (select ${plain}) s, retail.orders o group by o.store_id`,
    },
    {
      name: 'in a materialized CTE',
      sql: `with s as materialized (select ${context} as set) select o.store_id, count(*) as orders from s, retail.orders o group by o.store_id`,
    },
    {
      name: 'in a UNION',
      sql: `select null::uuid as store_id, length(${context}) as orders union all (${seen} group by o.store_id)`,
    },
    { name: 'in WHERE, before the policy', sql: `${seen} where ${plain} is not null group by o.store_id` },
    {
      name: 'inside query_to_xml',
      sql: `select o.store_id, count(*) as orders from retail.orders o where query_to_xml('select ${context.replaceAll("'", "''")}', true, true, '') is not null group by o.store_id`,
    },
    {
      name: 'inside ts_stat',
      sql: `select o.store_id, count(*) as orders from retail.orders o where (select count(*) from ts_stat('select to_tsvector(${context.replaceAll("'", "''")})')) >= 0 group by o.store_id`,
    },
    {
      name: 'as another role',
      sql: `with s as materialized (select set_config('role', 'zava_owner', true)) select o.store_id, count(*) as orders from s, retail.orders o group by o.store_id`,
    },
    {
      name: 'row security off',
      sql: `with s as materialized (select set_config('row_security', 'off', true)) select o.store_id, count(*) as orders from s, retail.orders o group by o.store_id`,
    },
    {
      name: 'entering a second time',
      sql: `with s as materialized (select api.enter('t1.w1.${victimUserId}.9999999999.0000000000000000.00')) select o.store_id, count(*) as orders from s, retail.orders o group by o.store_id`,
    },
  ]
}
