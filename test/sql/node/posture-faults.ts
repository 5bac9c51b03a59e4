export interface Fault {
  readonly wreck: string
  readonly finds: readonly [area: string, finding: RegExp]
  readonly mend: string
}

/** One thing an operator might do, what the check says of it, and how it is undone. */
export const FAULTS: readonly Fault[] = [
  fault(
    'grant temp on database postgres to zava_mcp',
    'database',
    /temporary/,
    'revoke temp on database postgres from zava_mcp',
  ),
  fault(
    'grant create on database postgres to public',
    'database',
    /create schemas/,
    'revoke create on database postgres from public',
  ),
  fault(
    'grant create on schema retail to zava_mcp',
    'schema',
    /create in schema retail/,
    'revoke create on schema retail from zava_mcp',
  ),
  fault(
    'grant usage on schema app to zava_mcp',
    'schema',
    /use schema app/,
    'revoke usage on schema app from zava_mcp',
  ),
  fault(
    'grant usage on schema tenancy to public',
    'schema',
    /use schema tenancy/,
    'revoke usage on schema tenancy from public',
  ),
  fault(
    'grant usage on schema public to public',
    'schema',
    /use schema public/,
    'revoke usage on schema public from public',
  ),

  fault(
    'create table retail.mine (); alter table retail.mine owner to zava_mcp',
    'role',
    /owns table retail.mine/,
    'drop table retail.mine',
  ),
  fault(
    `create function retail.mine() returns int language sql as 'select 1'; revoke execute on function retail.mine() from public;
         alter function retail.mine() owner to zava_mcp`,
    'role',
    /owns function retail.mine/,
    'drop function retail.mine()',
  ),
  fault('create schema mine authorization zava_mcp', 'role', /owns schema mine/, 'drop schema mine'),

  fault(
    'alter table retail.orders disable row level security',
    'row security',
    /not enabled and forced on retail.orders/,
    'alter table retail.orders enable row level security',
  ),
  fault(
    'alter table retail.stores no force row level security',
    'row security',
    /not enabled and forced on retail.stores/,
    'alter table retail.stores force row level security',
  ),
  fault(
    'create table retail.visits (store_id uuid)',
    'row security',
    /not enabled and forced on retail.visits/,
    'drop table retail.visits',
  ),
  fault(
    'create table api.visits (store_id uuid); grant select (store_id) on api.visits to zava_mcp',
    'row security',
    /not enabled and forced on api.visits/,
    'drop table api.visits',
  ),
  fault(
    'create table retail.backup as select email from retail.customers; grant select (email) on retail.backup to zava_mcp',
    'row security',
    /may read retail.backup, which has no row security/,
    'drop table retail.backup',
  ),
  fault(
    'grant select on retail.orders to zava_mcp',
    'row security',
    /every column of retail.orders/,
    'revoke select on retail.orders from zava_mcp; grant select (order_id, customer_id, store_id, order_date, status, total_amount, created_at, updated_at) on retail.orders to zava_mcp',
  ),
  fault(
    'create policy p on retail.orders to zava_mcp using (true)',
    'row security',
    /policy p on orders does not ask/,
    'drop policy p on retail.orders',
  ),
  fault(
    'create policy p on retail.orders using (true)',
    'row security',
    /policy p on orders does not ask/,
    'drop policy p on retail.orders',
  ),
  fault(
    `create policy p on retail.orders to zava_mcp using (store_id = current_setting('zava.store')::uuid)`,
    'row security',
    /policy p on orders does not ask/,
    'drop policy p on retail.orders',
  ),
  fault(
    'create policy p on retail.orders to zava_mcp using (store_id = any (tenancy.get_user_store_list()))',
    'row security',
    /does not ask the verifier once per statement/,
    'drop policy p on retail.orders',
  ),
  // What the plan holds is not confirmed when it runs.
  fault(
    'create policy p on retail.orders to zava_mcp using (tenancy.is_in_scope(store_id, tenancy.scope_when_planned()))',
    'row security',
    /does not ask the verifier once per statement/,
    'drop policy p on retail.orders',
  ),
  fault(
    `create table api.visits (store_id uuid); alter table api.visits enable row level security; alter table api.visits force row level security;
         create policy p on api.visits to zava_mcp using (true); grant select (store_id) on api.visits to zava_mcp`,
    'row security',
    /policy p on visits does not ask/,
    'drop table api.visits',
  ),
  fault(
    'create table retail.visits (store_id uuid); alter table retail.visits enable row level security; alter table retail.visits force row level security',
    'row security',
    /no policy for the role on retail.visits/,
    'drop table retail.visits',
  ),

  fault(
    'create view retail.v as select email from retail.customers; grant select on retail.v to zava_mcp',
    'view',
    /without security_invoker: retail.v/,
    'drop view retail.v',
  ),
  fault(
    'create materialized view retail.v as select email from retail.customers; grant select on retail.v to zava_mcp',
    'view',
    /cannot apply to retail.v/,
    'drop materialized view retail.v',
  ),

  ...[
    'insert',
    'update',
    'delete',
    'truncate',
    'references',
    'trigger',
    'maintain',
    'update (status)',
    'insert (status)',
  ].map((right) =>
    fault(
      `grant ${right} on retail.orders to zava_mcp`,
      'write',
      /may write retail.orders/,
      `revoke ${right} on retail.orders from zava_mcp`,
    ),
  ),
  fault(
    'grant insert on app.data_changes to public',
    'write',
    /may write app.data_changes/,
    'revoke insert on app.data_changes from public',
  ),

  fault(
    'grant execute on function tenancy.add_key(text, text, bytea) to zava_mcp',
    'function',
    /execute tenancy.add_key/,
    'revoke execute on function tenancy.add_key(text, text, bytea) from zava_mcp',
  ),
  fault(
    `create function retail.mine() returns int language sql as 'select 1'; grant execute on function retail.mine() to public`,
    'function',
    /execute retail.mine/,
    'drop function retail.mine()',
  ),
  fault(
    `create function ext.mine() returns int language sql as 'select 1'; grant execute on function ext.mine() to public`,
    'function',
    /execute ext.mine/,
    'drop function ext.mine()',
  ),
  fault(
    `create function app.mine() returns int language sql security definer as 'select 1'; revoke execute on function app.mine() from public`,
    'function',
    /without a pinned search_path: app.mine/,
    'drop function app.mine()',
  ),

  fault(
    'create sequence retail.s; grant usage on sequence retail.s to zava_mcp',
    'sequence',
    /retail.s/,
    'drop sequence retail.s',
  ),

  fault(
    `delete from tenancy.signing_keys where key_id = 'w1'`,
    'key',
    /signing key of the service is not known/,
    `select tenancy.add_key('w1', 'worker', decode(repeat('ab', 32), 'hex'))`,
  ),
  fault(
    `update tenancy.signing_keys set not_after = '2020-01-01' where key_id = 'w1'`,
    'key',
    /signing key of the service is not known here, or has ended/,
    `update tenancy.signing_keys set not_after = 'infinity' where key_id = 'w1'`,
  ),
  fault(
    `update tenancy.signing_keys set not_after = '2020-01-01' where key_id = 'context'`,
    'key',
    /context key is missing, or has ended/,
    `update tenancy.signing_keys set not_after = 'infinity' where key_id = 'context'`,
  ),
]

/** These belong to the whole server, where other tests log in as the same role: tried on the embedded engine only. */
export const ROLE_FAULTS: readonly Fault[] = [
  ...['superuser', 'bypassrls', 'createrole', 'createdb', 'replication', 'inherit'].map((flag) =>
    fault(`alter role zava_mcp ${flag}`, 'role', /is superuser, bypasses/, `alter role zava_mcp no${flag}`),
  ),
  fault('grant zava_verifier to zava_mcp', 'role', /member of zava_verifier/, 'revoke zava_verifier from zava_mcp'),
  fault(
    'alter role zava_verifier login',
    'role',
    /zava_verifier, which verifies, may log in/,
    'alter role zava_verifier nologin',
  ),
  fault(
    'alter role zava_mcp reset statement_timeout',
    'role',
    /lacks the setting statement_timeout/,
    `alter role zava_mcp set statement_timeout = '30s'`,
  ),
  fault(
    'alter role zava_mcp set statement_timeout = 0',
    'role',
    /lacks the setting statement_timeout/,
    `alter role zava_mcp set statement_timeout = '30s'`,
  ),
  fault(
    'alter role zava_mcp reset default_transaction_read_only',
    'role',
    /lacks the setting default_transaction_read_only/,
    'alter role zava_mcp set default_transaction_read_only = on',
  ),
  fault(
    'alter role zava_mcp set search_path = public',
    'role',
    /lacks the setting search_path/,
    'alter role zava_mcp set search_path = retail, ext',
  ),
]

function fault(wreck: string, area: string, finding: RegExp, mend: string): Fault {
  return { wreck: wreck.replace(/\s+/g, ' '), finds: [area, finding], mend }
}
