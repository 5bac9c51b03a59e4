--! name: list the people of the demo
--! why: the local sign-in page shows who one can be; only where demo data lies, and only to the Worker
--! locks: none that anyone waits for
--! undo: delete from tenancy.callable_functions where signature = 'api.demo_people(text)'; drop function api.demo_people
--! requires: 0020

grant select (is_only) on app.demo_data to zava_verifier;
grant select (store_name) on retail.stores to zava_verifier;

-- At most 50 people who have stores: [{user_id, display_name, role, stores}]; none in a database without demo data.
-- claim = d1.<key id>.<expiry, epoch seconds>.<nonce>.<mac, hex>
-- ZV001 not valid · ZV002 expired · ZV005 wrong kind of transaction
create function api.demo_people(p_claim text) returns jsonb
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[];
  now_epoch bigint := extract(epoch from clock_timestamp())::bigint;
begin
  if current_setting('transaction_read_only') <> 'on' then
    raise exception 'people are listed in a read-only transaction' using errcode = 'ZV005';
  end if;
  if p_claim is null or octet_length(p_claim) > 256 then
    raise exception 'invalid claim' using errcode = 'ZV001';
  end if;
  part := string_to_array(p_claim, '.');
  if cardinality(part) <> 5 or part[1] <> 'd1' or part[3] !~ '^[0-9]{10}$' or part[4] !~ '^[0-9a-f]{32}$'
     or not tenancy.is_signed(part[2], 'worker', 'demo:' || array_to_string(part[1:4], '.'), part[5]) then
    raise exception 'invalid claim' using errcode = 'ZV001';
  end if;
  if part[3]::bigint < now_epoch or part[3]::bigint > now_epoch + 120 then
    raise exception 'expired claim' using errcode = 'ZV002';
  end if;
  if not exists (select d.is_only from app.demo_data d) then
    return '[]'::jsonb;
  end if;

  return coalesce((
    select jsonb_agg(jsonb_build_object('user_id', p.user_id, 'display_name', p.display_name, 'role', p.role,
                                        'stores', p.stores) order by p.rank, p.display_name, p.user_id)
      from (
        select u.user_id, u.display_name, u.role,
               array_position(array['store_manager', 'regional_manager', 'head_office'], u.role) as rank,
               array(select s.store_name from app.user_stores m join retail.stores s using (store_id)
                      where m.user_id = u.user_id order by s.store_name) as stores
          from app.users u
         where u.disabled_at is null
           and (u.role = 'head_office' or exists (select m.store_id from app.user_stores m where m.user_id = u.user_id))
         order by rank, u.display_name, u.user_id
         limit 50) p), '[]'::jsonb);
end
$$;
alter function api.demo_people owner to zava_verifier;
grant execute on function api.demo_people(text) to zava_mcp;

insert into tenancy.callable_functions (signature, why) values
  ('api.demo_people(text)', 'whom the local demo can sign in as; answers to the Worker''s signature only');
