--! name: list the callable functions in a table
--! why: a later migration that adds a function for the service says so in one row, instead of writing the whole posture
--!      check anew
--! locks: none that anyone waits for
--! undo: restore api.posture from 0008; drop table tenancy.callable_functions
--! requires: 0009

-- What the service role may execute beyond Postgres' own functions and the extension's, each with its arguments, so that a
-- second function of the same name is a finding.
create table tenancy.callable_functions (
  signature text primary key check (signature ~ '^[a-z_]+\.[a-z_]+\(.*\)$'),
  why text not null check (length(why) > 0)
);
revoke all on tenancy.callable_functions from public;
alter table tenancy.callable_functions owner to zava_verifier;

insert into tenancy.callable_functions (signature, why) values
  ('api.enter(text)', 'statement 0 of every transaction'),
  ('api.posture(text)', 'asked before the first answer of an isolate'),
  ('api.is_our_statement(text,text)', 'what the gate and explain ask first'),
  ('api.gate(text,text,boolean)', 'the cost gate of free SQL'),
  ('api.explain(text,text)', 'where the time of a query went'),
  ('tenancy.get_user_store_list()', 'called by the policies'),
  ('retail.search_products_by_description(ext.vector,double precision,integer)', 'product search');

-- Every row is a finding; none is the target. Looks at the role that logged in, so an operator who hands the service an
-- owner's or a superuser's connection string is told so. `p_key_id` is the signing key the Worker is going to use.
create or replace function api.posture(p_key_id text default null) returns table (area text, finding text)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
  with login as (select * from pg_roles where rolname = session_user),
  readable as (
    select c.*, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and has_schema_privilege(session_user, n.oid, 'USAGE')
       and (has_table_privilege(session_user, c.oid, 'SELECT') or has_any_column_privilege(session_user, c.oid, 'SELECT'))
  ),
  tenant as (
    select c.*, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and (n.nspname = 'retail' or c.oid in (select oid from readable))
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'store_id' and not a.attisdropped)
  )
  select 'role', format('role %s is superuser, bypasses row security, may create roles or databases, replicates, or inherits', rolname)
    from login where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit
  union all
  select 'role', format('role %s is a member of %s', l.rolname, g.rolname)
    from pg_auth_members m join login l on l.oid = m.member join pg_roles g on g.oid = m.roleid
  union all
  select 'role', format('role %s lacks the setting %s', l.rolname, wanted)
    from login l, unnest(array['statement_timeout=[1-9]', 'default_transaction_read_only=on', 'search_path=retail, ext']) wanted
   where coalesce(array_to_string(l.rolconfig, E'\n'), '') !~ ('(^|\n)' || wanted)
  union all
  select 'role', format('role %s owns %s', l.rolname, pg_describe_object(d.classid, d.objid, d.objsubid))
    from pg_shdepend d join login l on d.refclassid = 'pg_authid'::regclass and d.refobjid = l.oid
   where d.deptype = 'o' and d.dbid in (0, (select oid from pg_database where datname = current_database()))
  union all
  select 'role', format('role %s, which verifies, may log in, is superuser or bypasses row security', rolname)
    from pg_roles where rolname = 'zava_verifier' and (rolcanlogin or rolsuper or rolbypassrls)
  union all
  select 'database', 'the role may create temporary tables'
   where has_database_privilege(session_user, current_database(), 'TEMP')
  union all
  select 'database', 'the role may create schemas'
   where has_database_privilege(session_user, current_database(), 'CREATE')
  union all
  select 'schema', format('the role may create in schema %s', nspname)
    from pg_namespace where nspname !~ '^pg_' and has_schema_privilege(session_user, oid, 'CREATE')
  union all
  select 'schema', format('the role may use schema %s', nspname)
    from pg_namespace where nspname not in ('pg_catalog', 'information_schema', 'retail', 'ext', 'api')
     and has_schema_privilege(session_user, oid, 'USAGE')
  union all
  select 'row security', format('row security is not enabled and forced on %s.%s', nspname, relname)
    from tenant where not (relrowsecurity and relforcerowsecurity)
  union all
  -- These four belong to all stores; whatever else is readable and has no row security was not meant to be.
  select 'row security', format('the role may read %s.%s, which has no row security', nspname, relname)
    from readable
   where relkind in ('r', 'p') and not relrowsecurity and oid not in (select oid from tenant)
     and (nspname, relname) not in (('retail', 'categories'), ('retail', 'product_types'), ('retail', 'products'),
                                    ('retail', 'product_description_embeddings'))
  union all
  select 'row security', format('the role may read every column of %s.%s, system and future ones included', nspname, relname)
    from readable where relkind in ('r', 'p') and has_table_privilege(session_user, oid, 'SELECT')
  union all
  select 'row security', format('policy %s on %s does not ask the verifier once per statement', p.policyname, p.tablename)
    from pg_policies p
   where (session_user = any (p.roles) or 'public' = any (p.roles))
     and coalesce(p.qual, '') <> '(store_id = ANY (( SELECT tenancy.get_user_store_list() AS get_user_store_list)::uuid[]))'
  union all
  select 'row security', format('no policy for the role on %s.%s', t.nspname, t.relname)
    from tenant t where not exists (
      select from pg_policy p where p.polrelid = t.oid and (select oid from login) = any (p.polroles))
  union all
  select 'view', format('view without security_invoker: %s.%s', nspname, relname)
    from readable where relkind = 'v' and coalesce(array_to_string(reloptions, ' '), '') !~ 'security_invoker=(true|on|1)'
  union all
  select 'view', format('row security cannot apply to %s.%s', nspname, relname) from readable where relkind in ('m', 'f')
  union all
  select 'write', format('the role may write %s.%s', nspname, relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'p', 'v', 'm', 'f')
     and (has_table_privilege(session_user, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN')
       or has_any_column_privilege(session_user, c.oid, 'INSERT, UPDATE, REFERENCES'))
  union all
  select 'function', format('the role may execute %s', p.oid::regprocedure)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname not in ('pg_catalog', 'information_schema') and has_function_privilege(session_user, p.oid, 'EXECUTE')
     and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
     and p.oid::regprocedure::text not in (select c.signature from tenancy.callable_functions c)
  union all
  select 'function', format('definer function without a pinned search_path: %s', p.oid::regprocedure)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where p.prosecdef and n.nspname <> 'pg_catalog' and coalesce(array_to_string(p.proconfig, ' '), '') !~ 'search_path='
  union all
  select 'extension', format('extension %s is within reach in schema %s', e.extname, n.nspname)
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace
   where e.extname not in ('vector', 'plpgsql') and has_schema_privilege(session_user, n.oid, 'USAGE')
  union all
  select 'sequence', format('sequence within reach: %s', c.oid::regclass)
    from pg_class c where case when c.relkind = 'S' then has_sequence_privilege(session_user, c.oid, 'SELECT, USAGE, UPDATE') end
  union all
  select 'key', 'the signing key of the service is not known here, or has ended'
   where p_key_id is not null and not exists (
     select from tenancy.signing_keys k
      where k.key_id = p_key_id and k.purpose = 'worker' and k.not_after > clock_timestamp())
  union all
  select 'key', 'the context key is missing, or has ended' where not exists (
     select from tenancy.signing_keys k
      where k.key_id = 'context' and k.purpose = 'context' and k.not_after > clock_timestamp())
  order by 1, 2
$$;
