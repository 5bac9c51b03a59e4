--! name: let the planner see the stores
--! why: a list of stores that only the run of a statement brings is a list that the planner cannot estimate: reports took up to
--!      three times as long as with a filter written by hand. Now planning sees the verified stores, and the run confirms the plan
--! locks: access exclusive on each tenant table, for an instant
--! undo: restore api.enter and the verifier's functions from 0004, the policies from 0005, the form of policies in api.posture
--!       from 0010; drop type tenancy.scope cascade
--! requires: 0011

-- What the context holds since now: c2, user, role, backend, transaction start, stores, mac. Returns these parts; raises ZV004
-- when the context is absent, forged or foreign.
create function tenancy.read_context() returns text[]
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[] := string_to_array(current_setting('zava.context', true), '.');
begin
  if (cardinality(part) = 7 and part[1] = 'c2' and part[4] || '.' || part[5] = tenancy.place_and_time()
      and tenancy.is_signed('context', 'context', array_to_string(part[1:6], '.'), part[7])) is not true then
    raise exception 'no valid tenant context' using errcode = 'ZV004';
  end if;
  return part;
end
$$;

-- PL/pgSQL keeps its plans from transaction to transaction; a SQL function with a query in it is planned in each.
create or replace function tenancy.mac(p_key_id text, p_purpose text, p_message text) returns bytea
language plpgsql stable strict parallel restricted set search_path = pg_catalog, pg_temp
as $$
declare
  key record;
begin
  select k.inner_block, k.outer_block into key from tenancy.signing_keys k
   where k.key_id = p_key_id and k.purpose = p_purpose and k.not_after > clock_timestamp();
  return sha256(key.outer_block || sha256(key.inner_block || convert_to(p_message, 'UTF8')));
end
$$;

create or replace function tenancy.is_signed(p_key_id text, p_purpose text, p_message text, p_mac_hex text) returns boolean
language plpgsql stable parallel restricted set search_path = pg_catalog, pg_temp
as $$
begin
  -- Compares digests of the digests, so that no byte-wise timing tells how much of a forged one was right.
  return coalesce(
    p_mac_hex ~ '^[0-9a-f]{64}$'
      and sha256('\x01'::bytea || tenancy.mac(p_key_id, p_purpose, p_message))
        = sha256('\x01'::bytea || decode(p_mac_hex, 'hex')),
    false);
end
$$;

create or replace function tenancy.get_current_user_id() returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[] := tenancy.read_context();
begin
  return part[2]::uuid;
end
$$;

create or replace function tenancy.get_user_store_list() returns uuid[]
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[] := tenancy.read_context();
begin
  if part[3] = 'head_office' then
    return coalesce((select array_agg(s.store_id) from retail.stores s), '{}');
  end if;
  return part[6]::uuid[];
end
$$;

-- Whose rows a statement may see. Head office is a role, not a list: a store that opens today is seen today.
create type tenancy.scope as (every_store boolean, store_ids uuid[]);
alter type tenancy.scope owner to zava_verifier;

-- The verified scope. Declared immutable, which it is not, so that the planner puts its value into the plan and knows what
-- it is worth; whatever runs the plan later must confirm it (is_planned_now). Raises ZV004.
create function tenancy.scope_when_planned() returns tenancy.scope
language plpgsql immutable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[] := tenancy.read_context();
begin
  return row(part[3] = 'head_office', part[6]::uuid[])::tenancy.scope;
end
$$;

-- Start of the transaction in which a plan is made; declared immutable for the same reason.
create function tenancy.planned_at() returns timestamptz
language plpgsql immutable parallel restricted
as $$
begin
  return pg_catalog.transaction_timestamp();
end
$$;

-- True in the transaction that made the plan; raises ZV008 in every other: a kept plan holds the stores of whoever made it.
create function tenancy.is_planned_now(p_planned_at timestamptz) returns boolean
language plpgsql stable parallel restricted
as $$
begin
  if (p_planned_at operator(pg_catalog.=) pg_catalog.transaction_timestamp()) is not true then
    raise exception 'this plan was made in another transaction' using errcode = 'ZV008';
  end if;
  return true;
end
$$;

-- Becomes, with the scope known, what one would write by hand: nothing, an equality that keeps the order of an index, or a list.
create function tenancy.is_in_scope(p_store_id uuid, p_scope tenancy.scope) returns boolean
language sql immutable parallel safe
return case
  when p_scope.every_store then true
  when cardinality(p_scope.store_ids) = 1 then p_store_id = p_scope.store_ids[1]
  else p_store_id = any (p_scope.store_ids)
end;

-- As in 0004; the stores of the user, as they are now, go into what is signed.
create or replace function api.enter(p_token text) returns jsonb
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[];
  now_epoch bigint := extract(epoch from clock_timestamp())::bigint;
  known record;
  store_count bigint;
  context text;
begin
  if current_setting('transaction_read_only') <> 'on' or coalesce(current_setting('zava.context', true), '') <> '' then
    raise exception 'the tenant context is set once, in a read-only transaction' using errcode = 'ZV005';
  end if;
  if p_token is null or octet_length(p_token) > 256 then
    raise exception 'invalid tenant token' using errcode = 'ZV001';
  end if;
  part := string_to_array(p_token, '.');
  if cardinality(part) <> 6 or part[1] <> 't1' or part[4] !~ '^[0-9]{10}$' or part[5] !~ '^[0-9a-zA-Z_-]{16,64}$'
     or part[3] !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
     or not tenancy.is_signed(part[2], 'worker', 'tenant:' || array_to_string(part[1:5], '.'), part[6]) then
    raise exception 'invalid tenant token' using errcode = 'ZV001';
  end if;
  if part[4]::bigint < now_epoch or part[4]::bigint > now_epoch + 120 then
    raise exception 'expired tenant token' using errcode = 'ZV002';
  end if;

  select u.user_id, u.email, u.display_name, u.role, u.membership_version,
         case when u.role = 'head_office' then '{}'
              else array(select m.store_id from app.user_stores m where m.user_id = u.user_id) end as store_ids
    into known from app.users u where u.user_id = part[3]::uuid and u.disabled_at is null;
  if known.user_id is null then
    raise exception 'unknown user' using errcode = 'ZV003';
  end if;
  store_count := cardinality(known.store_ids);
  if store_count > 10000 then
    raise exception 'more than 10,000 stores for one user' using errcode = 'ZV006';
  end if;
  if known.role = 'head_office' then
    select count(*) into store_count from retail.stores;
  end if;

  context := 'c2.' || known.user_id || '.' || known.role || '.' || tenancy.place_and_time() || '.' || known.store_ids::text;
  -- A start-up packet wins over the role's own setting, so the name is said again here.
  perform set_config('zava.context', context || '.' || encode(tenancy.mac('context', 'context', context), 'hex'), true),
          set_config('application_name', 'zava-mcp-server', true);
  return jsonb_build_object(
    'user_id', known.user_id, 'email', known.email, 'display_name', known.display_name, 'role', known.role,
    'membership_version', known.membership_version, 'store_count', store_count);
end
$$;

alter function tenancy.read_context owner to zava_verifier;
alter function tenancy.scope_when_planned owner to zava_verifier;
alter function tenancy.planned_at owner to zava_verifier;
alter function tenancy.is_planned_now owner to zava_verifier;
alter function tenancy.is_in_scope owner to zava_verifier;

-- Policies call them; nobody can name them, for want of usage on the schema.
grant execute on function tenancy.scope_when_planned(), tenancy.planned_at(), tenancy.is_planned_now(timestamptz),
  tenancy.is_in_scope(uuid, tenancy.scope) to zava_mcp;
revoke execute on function tenancy.get_user_store_list() from zava_mcp;
delete from tenancy.callable_functions where signature = 'tenancy.get_user_store_list()';
insert into tenancy.callable_functions (signature, why) values
  ('tenancy.scope_when_planned()', 'called by the policies'),
  ('tenancy.planned_at()', 'called by the policies'),
  ('tenancy.is_planned_now(timestamp with time zone)', 'called by the policies'),
  ('tenancy.is_in_scope(uuid,tenancy.scope)', 'called by the policies');

do $$
declare
  one record;
  old_form constant text := '(store_id = ANY (( SELECT tenancy.get_user_store_list() AS get_user_store_list)::uuid[]))';
  source text := pg_get_functiondef('api.posture(text)'::regprocedure);
begin
  for one in select * from pg_policies where 'zava_mcp' = any (roles) loop
    execute format('alter policy %I on %I.%I using (tenancy.is_in_scope(store_id, tenancy.scope_when_planned())
                      and (select tenancy.is_planned_now(tenancy.planned_at())))', one.policyname, one.schemaname, one.tablename);
  end loop;

  -- The posture check knows the one form; the rest of it stays as it is.
  if position(old_form in source) = 0 then
    raise exception 'api.posture does not hold the form of policies that this migration replaces';
  end if;
  execute replace(source, old_form,
    (select distinct replace(qual, '''', '''''') from pg_policies where 'zava_mcp' = any (roles)));
end
$$;
