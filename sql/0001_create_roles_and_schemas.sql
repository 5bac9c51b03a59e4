--! name: create roles and schemas
--! why: the service logs in as a role that owns nothing; a second role, without login, will own the verifier
--! locks: none that anyone waits for
--! undo: drop schema tenancy, api, app, retail, ext cascade; drop role zava_mcp, zava_verifier
--! requires: PostgreSQL 17 or newer, pgvector available, a role that may create roles

-- Made in SQL on purpose: roles that a console or an API makes on Neon get BYPASSRLS. Roles belong to the whole
-- cluster, so a second database on the same server finds them there already.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'zava_verifier') then
    create role zava_verifier nologin noinherit;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'zava_mcp') then
    create role zava_mcp login noinherit nocreatedb nocreaterole;
  end if;
  -- Without this the owner could not hand objects over to the verifier.
  if not exists (select from pg_catalog.pg_roles where rolname = current_user and rolsuper) then
    execute format('grant zava_verifier to %I with inherit true, set true', current_user);
  end if;
end
$$;

alter role zava_mcp set default_transaction_read_only = on;
alter role zava_mcp set default_transaction_isolation = 'read committed';
alter role zava_mcp set statement_timeout = '30s';
alter role zava_mcp set transaction_timeout = '32s';
alter role zava_mcp set lock_timeout = '500ms';
alter role zava_mcp set idle_in_transaction_session_timeout = '10s';
alter role zava_mcp set work_mem = '4MB';
alter role zava_mcp set hash_mem_multiplier = 1;
-- One question, one processor: a heavy query of one store must not take the others' share.
alter role zava_mcp set max_parallel_workers_per_gather = 0;
alter role zava_mcp set jit = off;
alter role zava_mcp set row_security = on;
-- The SQL guard's parser assumes this one.
alter role zava_mcp set standard_conforming_strings = on;
alter role zava_mcp set search_path = retail, ext;
alter role zava_mcp set application_name = 'zava-mcp-server';
alter role zava_mcp set timezone = 'UTC';
alter role zava_mcp set datestyle = 'ISO, MDY';
alter role zava_mcp set intervalstyle = 'postgres';

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to zava_mcp', current_database());
end
$$;
revoke all on schema public from public;
alter default privileges revoke execute on functions from public;

-- The extension comes before every table, and alone: its objects belong to the bootstrap superuser, so they can be
-- neither moved nor revoked later.
create schema if not exists ext;
create extension if not exists vector schema ext;
grant usage on schema ext to zava_mcp;

create schema retail;
grant usage on schema retail to zava_mcp;

-- Nobody but the owner and the verifier has usage on these two.
create schema app;
grant usage on schema app to zava_verifier;
grant usage on schema retail to zava_verifier;
create schema tenancy authorization zava_verifier;

create schema api authorization zava_verifier;
grant usage on schema api to zava_mcp;

comment on schema retail is 'Stores, customers, products, orders and stock: what managers ask about';
comment on schema app is 'Users, memberships and book-keeping of the service; the service role cannot see it';
comment on schema tenancy is 'Signing keys and the verifier of the tenant context; the service role cannot name it';
comment on schema api is 'The few functions that the service role may call';
