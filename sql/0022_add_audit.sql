--! name: add the audit trail
--! why: who asked what, when, and what was returned; the service adds to it and can neither read, change nor delete it
--! locks: none that anyone waits for
--! undo: drop function api.append_audit, app.audit_findings, app.prune_audit; drop table app.audit_log, app.audit_head;
--!       drop function app.audit_hash, app.refuse_audit_change; delete from tenancy.callable_functions where the first
--! requires: 0010

create table app.audit_log (
  seq bigint primary key,
  -- Made by the session that recorded it: a batch that is sent twice is kept once.
  entry_id uuid not null,
  recorded_at timestamptz not null,
  entry jsonb not null,
  hash bytea not null check (octet_length(hash) = 32),
  -- Read out of the entry, which the hash covers, so that they cannot be changed alone.
  at timestamptz not null generated always as (to_timestamp((entry ->> 'at_ms')::double precision / 1000)) stored,
  user_id uuid generated always as ((entry ->> 'user_id')::uuid) stored,
  tool text generated always as (entry ->> 'tool') stored,
  outcome text generated always as (entry ->> 'outcome') stored,
  constraint audit_entries_come_once unique (entry_id)
);
create index audit_log_by_time on app.audit_log (at, seq);
create index audit_log_by_user on app.audit_log (user_id, at, seq);

-- Where the chain begins (after what was pruned) and ends. Locked by whoever appends, so that there is one chain.
create table app.audit_head (
  is_only boolean primary key default true check (is_only),
  last_seq bigint not null default 0,
  last_hash bytea not null default sha256('zava audit'),
  pruned_seq bigint not null default 0,
  pruned_hash bytea not null default sha256('zava audit')
);
insert into app.audit_head default values;

-- Each entry's hash covers the one before it: whatever is changed, taken out or put in between breaks the chain there.
create function app.audit_hash(p_previous bytea, p_seq bigint, p_entry_id uuid, p_recorded_at timestamptz, p_entry jsonb)
returns bytea language sql stable parallel safe
begin atomic
  select pg_catalog.sha256(p_previous || pg_catalog.convert_to(
    pg_catalog.concat_ws('|', p_seq, p_entry_id, (extract(epoch from p_recorded_at) * 1000000)::bigint, p_entry::text), 'UTF8'));
end;

-- A guard against accidents: whoever owns the table can take it away, and the hashes then tell.
create function app.refuse_audit_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' and current_setting('zava.pruning_audit', true) = 'on' then
    return null;
  end if;
  raise exception 'the audit trail is only added to' using errcode = '42501';
end
$$;
create trigger audit_log_is_append_only before update or delete or truncate on app.audit_log
  for each statement execute function app.refuse_audit_change();

grant insert (seq, entry_id, recorded_at, entry, hash), select (entry_id) on app.audit_log to zava_verifier;
grant select, update (last_seq, last_hash) on app.audit_head to zava_verifier;
grant execute on function app.audit_hash(bytea, bigint, uuid, timestamptz, jsonb) to zava_verifier;

-- Adds a batch (JSON list of entries) that the Worker has signed, in its order, each entry once, and returns the anchor
-- "<seq>:<hash>" of the end. The stores in scope are the user's of this moment, with their version: equal to the entry's
-- own version, they are the stores of the question.
-- signature = a1.<key id>.<expiry, epoch seconds>.<mac, hex>, the MAC over the batch's SHA-256
-- ZV001 not signed, or too large
create function api.append_audit(p_batch text, p_signature text) returns text
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp set lock_timeout = '5s'
as $$
declare
  part text[] := string_to_array(p_signature, '.');
  now_epoch bigint := extract(epoch from clock_timestamp())::bigint;
  head app.audit_head;
  given record;
  scoped jsonb;
  arrived timestamptz;
begin
  if p_batch is null or octet_length(p_batch) > 2097152 or part is null or cardinality(part) <> 4 or part[1] <> 'a1' or part[3] !~ '^[0-9]{10}$'
     or part[3]::bigint not between now_epoch and now_epoch + 120
     or not tenancy.is_signed(part[2], 'worker', 'audit:' || array_to_string(part[1:3], '.') || '.'
          || encode(sha256(convert_to(p_batch, 'UTF8')), 'hex'), part[4]) then
    raise exception 'not a batch of ours' using errcode = 'ZV001';
  end if;

  select * into head from app.audit_head for update;
  for given in
    select (e.entry ->> 'entry_id')::uuid as entry_id, (e.entry ->> 'user_id')::uuid as user_id, e.entry
      from jsonb_array_elements(p_batch::jsonb) with ordinality as e(entry, n) order by e.n
  loop
    continue when exists (select from app.audit_log l where l.entry_id = given.entry_id);
    select given.entry || jsonb_build_object('stores_version', u.membership_version, 'stores',
             case when u.role = 'head_office' then to_jsonb('all'::text)
                  else coalesce((select jsonb_agg(m.store_id order by m.store_id)
                                   from (select s.store_id from app.user_stores s where s.user_id = u.user_id
                                          order by s.store_id limit 100) m), '[]') end)
      into scoped from app.users u where u.user_id = given.user_id;
    arrived := clock_timestamp();
    head.last_seq := head.last_seq + 1;
    head.last_hash := app.audit_hash(head.last_hash, head.last_seq, given.entry_id, arrived, coalesce(scoped, given.entry));
    insert into app.audit_log (seq, entry_id, recorded_at, entry, hash)
    values (head.last_seq, given.entry_id, arrived, coalesce(scoped, given.entry), head.last_hash);
  end loop;
  update app.audit_head set last_seq = head.last_seq, last_hash = head.last_hash;
  return head.last_seq || ':' || encode(head.last_hash, 'hex');
end
$$;
alter function api.append_audit owner to zava_verifier;
grant execute on function api.append_audit(text, text) to zava_mcp;
insert into tenancy.callable_functions (signature, why)
values ('api.append_audit(text,text)', 'adds signed entries to the audit trail');

-- Walks the whole chain; every row is a finding, none is the target. An anchor that was printed earlier shows what the chain
-- alone cannot: a tail that was cut off or written anew together with the head.
create function app.audit_findings(p_anchor_seq bigint default null, p_anchor_hash text default null)
returns table (seq bigint, finding text)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  head app.audit_head;
  one record;
  last_seq bigint;
  previous bytea;
begin
  select * into head from app.audit_head;
  if not found then
    return query select 0::bigint, 'the head is missing'::text;
    return;
  end if;
  last_seq := head.pruned_seq;
  previous := head.pruned_hash;
  if p_anchor_seq < head.pruned_seq or p_anchor_seq = head.pruned_seq and encode(head.pruned_hash, 'hex') <> p_anchor_hash then
    return query select p_anchor_seq, 'the anchor lies before what was pruned, or names another entry'::text;
  end if;
  for one in select l.* from app.audit_log l order by l.seq loop
    if one.seq <> last_seq + 1 then
      return query select last_seq + 1, format('missing: %s entries', one.seq - last_seq - 1);
    elsif one.hash <> app.audit_hash(previous, one.seq, one.entry_id, one.recorded_at, one.entry) then
      return query select one.seq, 'changed, or put in later'::text;
    end if;
    if one.seq = p_anchor_seq and encode(one.hash, 'hex') <> p_anchor_hash then
      return query select one.seq, 'not the entry that the anchor names: the trail was written anew'::text;
    end if;
    last_seq := one.seq;
    previous := one.hash;
  end loop;
  if (last_seq, previous) is distinct from (head.last_seq, head.last_hash) then
    return query select last_seq + 1, format('the end is missing: the head names entry %s', head.last_seq);
  end if;
  if p_anchor_seq > last_seq then
    return query select last_seq + 1, format('the end is missing: the anchor names entry %s', p_anchor_seq);
  end if;
end
$$;

-- Deletes the oldest entries, up to the first that is to be kept; the chain then begins behind them. Returns how many.
create function app.prune_audit(p_keep interval) returns bigint
language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  through record;
  pruned bigint;
begin
  if p_keep is null or p_keep < interval '30 days' then
    raise exception 'the audit trail is kept for 30 days at least' using errcode = '22023';
  end if;
  perform from app.audit_head for update;
  select l.seq, l.hash into through from app.audit_log l
   where l.seq < coalesce((select min(k.seq) from app.audit_log k where k.recorded_at >= now() - p_keep), 9223372036854775807)
   order by l.seq desc limit 1;
  if not found then
    return 0;
  end if;
  perform set_config('zava.pruning_audit', 'on', true);
  delete from app.audit_log where seq <= through.seq;
  get diagnostics pruned = row_count;
  perform set_config('zava.pruning_audit', '', true);
  update app.audit_head set pruned_seq = through.seq, pruned_hash = through.hash;
  return pruned;
end
$$;

comment on table app.audit_log is 'Who asked what, when, and what was returned; hash-chained, only added to';
comment on table app.audit_head is 'Begin and end of the audit chain';
