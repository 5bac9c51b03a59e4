--! name: create the signed tenant context
--! why: a setting can be forged by the caller's own SQL; this context cannot: it is signed with a key that only the
--!      database has, and holds in one transaction of one backend
--! locks: none that anyone waits for
--! undo: drop function api.enter; drop schema tenancy cascade
--! requires: 0003

-- A key is kept as its two padded HMAC blocks, so that HMAC-SHA256 is two calls of sha256() and needs no extension.
create table tenancy.signing_keys (
  key_id text primary key check (key_id ~ '^[a-z0-9]{1,16}$'),
  -- worker: signs tokens that `api.enter` verifies. context: signs what `api.enter` leaves behind; never leaves here.
  purpose text not null check (purpose in ('worker', 'context')),
  inner_block bytea not null check (octet_length(inner_block) = 64),
  outer_block bytea not null check (octet_length(outer_block) = 64),
  created_at timestamptz not null default now(),
  not_after timestamptz not null default 'infinity'
);
revoke all on tenancy.signing_keys from public;

-- Stores a key of at least 32 bytes under an id; a known id gets the new key (how a lost key is replaced).
create function tenancy.add_key(p_key_id text, p_purpose text, p_key bytea) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  padded bytea := case when octet_length(p_key) > 64 then sha256(p_key) else p_key end;
  inner_block bytea;
  outer_block bytea;
begin
  if p_key is null or octet_length(p_key) < 32 then
    raise exception 'a signing key needs at least 32 bytes' using errcode = '22023';
  end if;
  padded := padded || decode(repeat('00', 64 - octet_length(padded)), 'hex');
  inner_block := padded;
  outer_block := padded;
  for i in 0..63 loop
    inner_block := set_byte(inner_block, i, get_byte(padded, i) # 54);
    outer_block := set_byte(outer_block, i, get_byte(padded, i) # 92);
  end loop;
  if exists (select from tenancy.signing_keys k where k.key_id = p_key_id and k.purpose <> p_purpose) then
    raise exception 'key % has another purpose', p_key_id using errcode = '22023';
  end if;
  insert into tenancy.signing_keys as k (key_id, purpose, inner_block, outer_block)
  values (p_key_id, p_purpose, inner_block, outer_block)
  on conflict (key_id) do update
    set inner_block = excluded.inner_block, outer_block = excluded.outer_block, not_after = 'infinity';
end
$$;

-- HMAC-SHA256; null when the key is unknown or past its end.
create function tenancy.mac(p_key_id text, p_purpose text, p_message text) returns bytea
language sql stable strict parallel restricted
begin atomic
  select pg_catalog.sha256(k.outer_block || pg_catalog.sha256(k.inner_block || pg_catalog.convert_to(p_message, 'UTF8')))
    from tenancy.signing_keys k
   where k.key_id = p_key_id and k.purpose = p_purpose and k.not_after > pg_catalog.clock_timestamp();
end;

-- Compares digests of the digests, so that no byte-wise timing tells how much of a forged one was right.
create function tenancy.is_signed(p_key_id text, p_purpose text, p_message text, p_mac_hex text) returns boolean
language sql stable parallel restricted
begin atomic
  select coalesce(
    p_mac_hex ~ '^[0-9a-f]{64}$'
      and pg_catalog.sha256('\x01'::bytea || tenancy.mac(p_key_id, p_purpose, p_message))
        = pg_catalog.sha256('\x01'::bytea || pg_catalog.decode(p_mac_hex, 'hex')),
    false);
end;

-- What this transaction's context must begin with besides the user: it is worthless anywhere else.
create function tenancy.place_and_time() returns text
language sql stable parallel restricted
begin atomic
  select pg_catalog.pg_backend_pid()::text || '.'
      || (extract(epoch from pg_catalog.transaction_timestamp()) * 1000000)::bigint::text;
end;

-- The verified user of this transaction; raises ZV004 when the context is absent, forged or foreign.
create function tenancy.get_current_user_id() returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[] := string_to_array(current_setting('zava.context', true), '.');
begin
  -- part: c1, user, role, backend, transaction start, mac
  if part is null or cardinality(part) <> 6 or part[1] <> 'c1'
     or part[4] || '.' || part[5] <> tenancy.place_and_time()
     or not tenancy.is_signed('context', 'context', array_to_string(part[1:5], '.'), part[6]) then
    raise exception 'no valid tenant context' using errcode = 'ZV004';
  end if;
  return part[2]::uuid;
end
$$;

-- Stores of the verified user, from the memberships as they are now; raises ZV004 like the above, never a default.
create function tenancy.get_user_store_list() returns uuid[]
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  current_id uuid := tenancy.get_current_user_id();
  current_role_name text;
begin
  select u.role into current_role_name from app.users u where u.user_id = current_id and u.disabled_at is null;
  if current_role_name is null then
    raise exception 'no valid tenant context' using errcode = 'ZV004';
  end if;
  -- Head office is a role, not a list: a store that opens today is seen today.
  if current_role_name = 'head_office' then
    return coalesce((select array_agg(s.store_id) from retail.stores s), '{}');
  end if;
  return coalesce((select array_agg(m.store_id) from app.user_stores m where m.user_id = current_id), '{}');
end
$$;

-- The one store of a user who has one; raises ZV007 for anybody else.
create function tenancy.get_current_user_store() returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  stores uuid[] := tenancy.get_user_store_list();
begin
  if cardinality(stores) <> 1 then
    raise exception 'this user has not exactly one store' using errcode = 'ZV007';
  end if;
  return stores[1];
end
$$;

-- Statement 0 of every transaction: verifies the Worker's token, binds the user to this transaction, returns
-- {user_id, email, display_name, role, membership_version, store_count}.
-- token = t1.<key id>.<user id>.<expiry, epoch seconds>.<nonce>.<mac, hex>
-- ZV001 not valid · ZV002 expired · ZV003 unknown or disabled user · ZV005 wrong kind of transaction, or a second time
-- · ZV006 more than 10,000 stores
create function api.enter(p_token text) returns jsonb
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[];
  now_epoch bigint := extract(epoch from clock_timestamp())::bigint;
  known app.users;
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

  select u.user_id, u.email, u.display_name, u.role, u.disabled_at, u.membership_version
    into known.user_id, known.email, known.display_name, known.role, known.disabled_at, known.membership_version
    from app.users u where u.user_id = part[3]::uuid and u.disabled_at is null;
  if known.user_id is null then
    raise exception 'unknown user' using errcode = 'ZV003';
  end if;
  if known.role = 'head_office' then
    select count(*) into store_count from retail.stores;
  else
    select count(*) into store_count from app.user_stores m where m.user_id = known.user_id;
    if store_count > 10000 then
      raise exception 'more than 10,000 stores for one user' using errcode = 'ZV006';
    end if;
  end if;

  context := 'c1.' || known.user_id || '.' || known.role || '.' || tenancy.place_and_time();
  perform set_config('zava.context', context || '.' || encode(tenancy.mac('context', 'context', context), 'hex'), true);
  -- A start-up packet wins over the role's own setting, so it is said again here.
  perform set_config('application_name', 'zava-mcp-server', true);
  return jsonb_build_object(
    'user_id', known.user_id, 'email', known.email, 'display_name', known.display_name, 'role', known.role,
    'membership_version', known.membership_version, 'store_count', store_count);
end
$$;

alter table tenancy.signing_keys owner to zava_verifier;
alter function tenancy.add_key owner to zava_verifier;
alter function tenancy.mac owner to zava_verifier;
alter function tenancy.is_signed owner to zava_verifier;
alter function tenancy.place_and_time owner to zava_verifier;
alter function tenancy.get_current_user_id owner to zava_verifier;
alter function tenancy.get_user_store_list owner to zava_verifier;
alter function tenancy.get_current_user_store owner to zava_verifier;
alter function api.enter owner to zava_verifier;

grant execute on function api.enter(text) to zava_mcp;
-- Policies call it; nobody can name it, for want of usage on the schema.
grant execute on function tenancy.get_user_store_list() to zava_mcp;

-- The key that never leaves: nobody typed it and nobody can read it back but the verifier's owner.
select tenancy.add_key('context', 'context',
  sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
