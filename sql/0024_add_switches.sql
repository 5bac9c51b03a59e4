--! name: add switches
--! why: an operator can close free SQL for everybody, or cap what embeddings may cost in a day, with one command that holds
--!      from the next question on: the database tells it inside the one round trip
--! locks: none that anyone waits for
--! undo: drop function api.demand_free_sql, api.embeddings_ceiling, app.forget_kept_answers; drop table app.switches;
--!       delete from tenancy.callable_functions where signature in ('api.demand_free_sql()', 'api.embeddings_ceiling()')
--! requires: 0010

create table app.switches (
  name text primary key check (name in ('free_sql', 'embeddings_ceiling')),
  is_on boolean not null,
  -- Of the ceiling: US dollars per day (UTC).
  amount numeric(12, 6) check (amount >= 0),
  changed_at timestamptz not null default now(),
  changed_by text not null default session_user check (length(changed_by) between 1 and 254),
  constraint switches_ceiling_has_an_amount check (name <> 'embeddings_ceiling' or not is_on or amount is not null)
);
insert into app.switches (name, is_on) values ('free_sql', true), ('embeddings_ceiling', false);
grant select (name, is_on, amount) on app.switches to zava_verifier;
comment on table app.switches is 'What an operator has opened or closed for everybody';

-- Raises ZV011 when free SQL is closed; closed too when nobody can say.
create function api.demand_free_sql() returns void
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not coalesce((select s.is_on from app.switches s where s.name = 'free_sql'), false) then
    raise exception 'free SQL is closed' using errcode = 'ZV011';
  end if;
end
$$;
alter function api.demand_free_sql owner to zava_verifier;
grant execute on function api.demand_free_sql() to zava_mcp;

-- US dollars that embeddings may cost in a day; null without a ceiling.
create function api.embeddings_ceiling() returns numeric
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
  select s.amount from app.switches s where s.name = 'embeddings_ceiling' and s.is_on
$$;
alter function api.embeddings_ceiling owner to zava_verifier;
grant execute on function api.embeddings_ceiling() to zava_mcp;

insert into tenancy.callable_functions (signature, why) values
  ('api.demand_free_sql()', 'whether free SQL is open'),
  ('api.embeddings_ceiling()', 'what embeddings may cost in a day');

-- Kept answers hold for one version of their user's memberships: with another version nobody is served what was read before.
create function app.forget_kept_answers() returns bigint
language sql volatile set search_path = pg_catalog, pg_temp
as $$
  with changed as (update app.users set membership_version = membership_version + 1 returning 1)
  select count(*) from changed
$$;
