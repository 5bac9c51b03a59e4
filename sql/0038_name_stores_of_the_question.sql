--! name: name only the stores of the question in the audit trail
--! why: an entry arrives after its question; where the user's stores changed in between, it named those of its arrival beside
--!      another version, and a call that had never asked the database named stores as well
--! locks: none that anyone waits for
--! undo: restore api.append_audit from 0022
--! requires: 0022

-- Adds a batch (JSON list of entries) that the Worker has signed, in its order, each entry once, and returns the anchor
-- "<seq>:<hash>" of the end. `stores` are those of the question: "all" for head office, else ids, of more than a hundred the
-- first hundred (`store_count` of the entry says how many); null when the user's memberships have changed since
-- (`stores_version` then differs from `membership_version`), the user is gone, or the call was answered without the database.
-- signature = a1.<key id>.<expiry, epoch seconds>.<mac, hex>, the MAC over the batch's SHA-256
-- ZV001 not signed, or too large
create or replace function api.append_audit(p_batch text, p_signature text) returns text
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
    select (e.entry ->> 'entry_id')::uuid as entry_id, (e.entry ->> 'user_id')::uuid as user_id,
           (e.entry ->> 'membership_version')::bigint as version, e.entry
      from jsonb_array_elements(p_batch::jsonb) with ordinality as e(entry, n) order by e.n
  loop
    continue when exists (select from app.audit_log l where l.entry_id = given.entry_id);
    -- One statement, one moment: version and memberships belong together. Versions only grow, so an equal one means no change.
    select jsonb_build_object('stores_version', u.membership_version, 'stores',
             case when u.membership_version is distinct from given.version then null
                  when u.role = 'head_office' then to_jsonb('all'::text)
                  else coalesce((select jsonb_agg(m.store_id order by m.store_id)
                                   from (select s.store_id from app.user_stores s where s.user_id = u.user_id
                                          order by s.store_id limit 100) m), '[]') end)
      into scoped from app.users u where u.user_id = given.user_id;
    scoped := given.entry || coalesce(scoped, '{"stores_version": null, "stores": null}');
    arrived := clock_timestamp();
    head.last_seq := head.last_seq + 1;
    head.last_hash := app.audit_hash(head.last_hash, head.last_seq, given.entry_id, arrived, scoped);
    insert into app.audit_log (seq, entry_id, recorded_at, entry, hash)
    values (head.last_seq, given.entry_id, arrived, scoped, head.last_hash);
  end loop;
  update app.audit_head set last_seq = head.last_seq, last_hash = head.last_hash;
  return head.last_seq || ':' || encode(head.last_hash, 'hex');
end
$$;
