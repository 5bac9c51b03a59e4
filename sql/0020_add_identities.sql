--! name: add identities
--! why: whoever signs in through a company's issuer is known there by issuer and subject; the service asks who that is
--!      here, without being able to read the users
--! locks: none that anyone waits for
--! undo: delete from tenancy.callable_functions where signature = 'api.identify(text)'; drop function api.identify; drop table app.identities
--! requires: 0010

create table app.identities (
  issuer text not null check (length(issuer) between 8 and 400),
  subject text not null check (length(subject) between 1 and 255),
  user_id uuid not null references app.users (user_id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (issuer, subject)
);
create index identities_of_a_user on app.identities (user_id);
revoke all on app.identities from public;
grant select (issuer, subject, user_id) on app.identities to zava_verifier;
comment on table app.identities is 'Under which issuer and subject a user signs in';

-- Whose identity a verified sign-in is: {user_id, display_name, role}, or null when nobody's.
-- claim = i1.<key id>.<expiry, epoch seconds>.<nonce>.<hex of {"issuer", "subject", "email"}>.<mac, hex>; the Worker puts
-- the email in only when the issuer has verified it and the operator lets it count.
-- ZV001 not valid · ZV002 expired · ZV005 wrong kind of transaction
create function api.identify(p_claim text) returns jsonb
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[];
  claim jsonb;
  now_epoch bigint := extract(epoch from clock_timestamp())::bigint;
  known uuid;
begin
  if current_setting('transaction_read_only') <> 'on' then
    raise exception 'an identity is looked up in a read-only transaction' using errcode = 'ZV005';
  end if;
  if p_claim is null or octet_length(p_claim) > 4096 then
    raise exception 'invalid identity claim' using errcode = 'ZV001';
  end if;
  part := string_to_array(p_claim, '.');
  if cardinality(part) <> 6 or part[1] <> 'i1' or part[3] !~ '^[0-9]{10}$' or part[4] !~ '^[0-9a-f]{32}$'
     or part[5] !~ '^([0-9a-f]{2})+$'
     or not tenancy.is_signed(part[2], 'worker', 'identity:' || array_to_string(part[1:5], '.'), part[6]) then
    raise exception 'invalid identity claim' using errcode = 'ZV001';
  end if;
  if part[3]::bigint < now_epoch or part[3]::bigint > now_epoch + 120 then
    raise exception 'expired identity claim' using errcode = 'ZV002';
  end if;

  claim := convert_from(decode(part[5], 'hex'), 'UTF8')::jsonb;
  select i.user_id into known from app.identities i
   where i.issuer = claim ->> 'issuer' and i.subject = claim ->> 'subject';
  if known is null and claim ? 'email' then
    -- An address that was given to somebody else must not bring the first owner's stores along: once a user is linked at
    -- an issuer, only that subject counts there.
    select u.user_id into known from app.users u
     where u.email = lower(claim ->> 'email')
       and not exists (select from app.identities i where i.user_id = u.user_id and i.issuer = claim ->> 'issuer');
  end if;
  return (select jsonb_build_object('user_id', u.user_id, 'display_name', u.display_name, 'role', u.role)
            from app.users u where u.user_id = known and u.disabled_at is null);
end
$$;
alter function api.identify owner to zava_verifier;
grant execute on function api.identify(text) to zava_mcp;

insert into tenancy.callable_functions (signature, why) values
  ('api.identify(text)', 'who it is that signed in; answers to the Worker''s signature only');
