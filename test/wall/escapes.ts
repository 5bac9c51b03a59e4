/** Statements that try to leave the own stores, with no guard in the way. */

export interface Escape {
  readonly name: string
  /** Run one after the other in one transaction that has entered; the last one should bring the loot. */
  readonly statements: readonly string[]
}

/** Whose rows are wanted. */
export interface Victim {
  readonly userId: string
  readonly storeId: string
}

/** Stand for the victim's user id and store id. */
const USER = '{victim user}'
const STORE = '{victim store}'
const HERE = `pg_backend_pid() || '.' || (extract(epoch from transaction_timestamp()) * 1000000)::bigint`
const FORGED = `'c2.${USER}.head_office.' || ${HERE} || '.{}.' || repeat('0', 64)`
/** Sets what the policies look at, as an expression. */
const SET = `set_config('zava.context', ${FORGED}, true)`
const SET_QUOTED = SET.replaceAll("'", "''")

const ALL = 'select email from retail.customers'

/** The ways to run `set_config` before the policy looks. */
const forging: readonly Escape[] = [
  [
    'a FROM subquery',
    `select c.email from (select ${SET} as v offset 0) x, lateral (select email, x.v from retail.customers) c`,
  ],
  ['a materialized CTE', `with x as materialized (select ${SET} as v) select c.email from x, retail.customers c`],
  [
    'a CTE that is forced first',
    `with x as materialized (select ${SET} as v) select email from retail.customers where (select v from x) is not null`,
  ],
  ['a UNION', `select ${SET} union all select email from retail.customers`],
  ['a WHERE without columns', `select email from retail.customers where ${SET} is not null`],
  ['a HAVING', `select count(*), min(email) from retail.customers having ${SET} is not null`],
  ['a LIMIT', `select email from retail.customers limit length(${SET})`],
  ['an OFFSET', `select email from retail.customers offset length(${SET}) * 0`],
  ['an array', `select (array[(select ${SET}), (select max(email) from retail.customers offset 0)])[2]`],
  ['a CASE', `select case when ${SET} is not null then (select max(email) from retail.customers) end`],
  [
    'a function in FROM',
    `select * from set_config('zava.context', ${FORGED}, true) r (v) join retail.customers c on r.v <> ''`,
  ],
  ['an aggregate’s argument', `select string_agg(email, ${SET}) from retail.customers`],
  ['a DISTINCT ON', `select distinct on (${SET}) email from retail.customers`],
  ['a join’s condition', `select o.email from retail.stores s join retail.customers o on ${SET} is not null`],
  [
    'query_to_xml',
    `select query_to_xml('select ${SET_QUOTED} union all select email from retail.customers', true, false, '')`,
  ],
  [
    'query_to_xml twice',
    `select query_to_xml('select ${SET_QUOTED}', true, false, ''), query_to_xml('select email from retail.customers', true, false, '')`,
  ],
  [
    'ts_stat',
    `select * from ts_stat($q$select to_tsvector(${SET}) union all select to_tsvector('simple', email) from retail.customers$q$)`,
  ],
  [
    'ts_rewrite',
    `select ts_rewrite('a'::tsquery, $q$select 'a'::tsquery, to_tsquery('simple', max(last_name)) from retail.customers where ${SET} is not null$q$)`,
  ],
  ['an update of pg_settings', `update pg_settings set setting = '${USER}' where name = 'zava.context'`],
  ['a SET LOCAL', `set local zava.context = 'c2.${USER}.head_office.1.1.{}.${'0'.repeat(64)}'`],
].map(([name = '', sql = '']) => ({ name: `set_config in ${name}`, statements: [sql] }))

const identity: readonly Escape[] = [
  `select set_config('role', 'zava_owner', true), (select max(email) from retail.customers)`,
  `select set_config('role', 'zava_verifier', true), (select max(email) from retail.customers)`,
  `select set_config('session_authorization', 'postgres', true), (select max(email) from retail.customers)`,
  `select set_config('row_security', 'off', true), (select string_agg(email, ',') from retail.customers)`,
  'set role zava_owner',
  'set role zava_verifier',
  'set role none',
  'reset role',
  'set session authorization postgres',
  'set session authorization default',
  'set row_security = off',
  'alter role zava_mcp superuser',
  'alter role zava_mcp bypassrls',
  'grant zava_verifier to zava_mcp',
  'alter table retail.orders disable row level security',
  'drop policy orders_belong_to_my_stores on retail.orders',
  'create policy mine on retail.orders using (true)',
].map(alone)

const readers: readonly Escape[] = [
  `select database_to_xml(true, false, '')`,
  `select schema_to_xml('retail', true, false, '')`,
  `select table_to_xml('retail.customers', true, false, '')`,
  `select cursor_to_xml('c', 10, true, false, '')`,
  `select query_to_xml('select * from app.users', true, false, '')`,
  `select * from ts_stat('select to_tsvector(email) from retail.customers')`,
  `select lo_import('/etc/passwd')`,
  `select lo_get(1)`,
  `select pg_read_file('PG_VERSION')`,
  `select pg_read_binary_file('global/pg_control')`,
  `select pg_ls_dir('.')`,
  `select * from pg_ls_waldir()`,
  `select dblink_connect('host=127.0.0.1 dbname=postgres')`,
  'copy retail.customers to stdout',
  `copy (select email from retail.customers) to program 'cat'`,
  `copy (select email from retail.customers) to '/tmp/out'`,
  `do $$ begin perform set_config('zava.context', '', true); raise exception '%', (select string_agg(email, ',') from retail.customers); end $$`,
  `do $$ begin raise exception '%', (select string_agg(email, ',') from retail.customers); end $$`,
  'prepare p as select email from retail.customers',
  'execute p',
  `explain (analyze, verbose, buffers) select email from retail.customers where store_id = '${STORE}'`,
  `explain (analyze, verbose) select email from retail.customers where email like '%'`,
  'declare c cursor with hold for select email from retail.customers',
  'select * from pg_stats',
  'select * from pg_stats_ext_exprs',
  'select * from pg_statistic',
  'select * from pg_authid',
  'select * from pg_shadow',
  'select query from pg_stat_activity',
  'select statement, parameter_types, generic_plans from pg_prepared_statements',
  'select * from pg_largeobject',
  'select * from pg_user_mappings',
  'select * from app.users',
  'select * from tenancy.signing_keys',
  'select tenancy.get_user_store_list()',
  `select tenancy.mac('context', 'context', 'x')`,
  'select tenancy.get_current_user_id()',
  `select tenancy.add_key('mine', 'worker', decode(repeat('ab', 32), 'hex'))`,
  `select api.enter('t1.w1.${USER}.9999999999.0000000000000000.${'0'.repeat(64)}')`,
  `select * from retail.orders o where o.store_id::text = '${STORE}'`,
  `select o from retail.orders o where o.store_id <> all (select store_id from retail.stores)`,
  'select o.ctid, o.store_id, o.order_id from retail.orders o order by o.ctid',
  'select * from retail.orders tablesample system (100)',
  'table retail.orders',
  'select * from only retail.customers',
  `select jsonb_agg(c) from retail.customers c`,
  `select row_to_json(o) from retail.order_items o where total_amount > 0`,
  `select c.* from retail.orders o full join retail.customers c on o.customer_id = c.customer_id`,
  `select grouping(store_id), store_id, sum(total_amount) from retail.orders group by cube (store_id)`,
  `select sum(total_amount), count(*) from retail.orders`,
  `select xpath('//email/text()', table_to_xml('retail.customers', true, false, ''))`,
  `create temp view v as select * from retail.customers`,
  `create function pg_temp.f() returns text language sql security definer as 'select max(email) from retail.customers'`,
  `create temp table t as select * from retail.customers`,
].map(alone)

/** Expressions that fail, or tell, on a value: they must meet own values only, whatever the planner does with them. */
const leaky: readonly Escape[] = [
  'email::int = 1',
  `customer_id::text::int = 1`,
  `(email || store_id::text)::uuid is not null`,
  `1 / (case when store_id = '${STORE}' then 0 else 1 end) = 1`,
  `cast(concat(store_id, email) as date) is null`,
  `email ~ (email || '(')`,
  `to_date(email, 'YYYY') is not null`,
  `('{' || email || '}')::json is not null`,
  `query_to_xml('select 1 from ' || quote_ident(email), true, true, '') is not null`,
  `email::regclass is not null`,
].flatMap((condition) => [
  alone(`select email from retail.customers where ${condition}`),
  alone(`select email from retail.customers where ${condition} and store_id = '${STORE}'`),
])

/** State that one statement prepares and the next one uses. */
const sequences: readonly Escape[] = [
  ['set row_security = off', ALL],
  ['set role none', ALL],
  ['reset all', ALL],
  ['discard plans', ALL],
  [`select set_config('role', 'none', true)`, ALL],
  [`declare c cursor for ${ALL}`, `select cursor_to_xml('c', 10000, true, false, '')`],
  [`declare c cursor with hold for ${ALL}`, `select ${SET}`, 'fetch all from c'],
  [`prepare p as ${ALL}`, `select ${SET}`, 'execute p'],
  ['savepoint a', `select ${SET}`, 'rollback to savepoint a', ALL],
  ['savepoint a', `select set_config('zava.context', '', true)`, ALL],
  [`select set_config('search_path', 'pg_temp, public', true)`, ALL],
  [`select set_config('transform_null_equals', 'on', true)`, ALL],
  [`select set_config('array_nulls', 'off', true)`, ALL],
  [`select set_config('bytea_output', 'escape', true)`, ALL],
  [`select set_config('standard_conforming_strings', 'off', true)`, ALL],
  [`select set_config('DateStyle', 'German', true), set_config('TimeZone', 'Asia/Tokyo', true)`, ALL],
  ['commit', ALL],
  ['rollback', ALL],
  ['commit and chain', ALL],
].map((statements) => ({ name: statements.join('; ').slice(0, 90), statements }))

const escapes: readonly Escape[] = [...forging, ...identity, ...readers, ...leaky, ...sequences]

/** The statements that only tell how much there is of others, which the database cannot hide: a named residual. */
export const TELLS_VOLUMES = new Set(['select * from pg_stats'])

/** Every escape, aimed at one victim. */
export function escapesTo({ userId, storeId }: Victim): readonly Escape[] {
  const aimed = (text: string) => text.replaceAll(USER, userId).replaceAll(STORE, storeId)
  return escapes.map(({ name, statements }) => ({ name, statements: statements.map(aimed) }))
}

export const escapeNames: readonly string[] = escapes.map(({ name }) => name)

function alone(sql: string): Escape {
  return { name: sql.slice(0, 90), statements: [sql] }
}
