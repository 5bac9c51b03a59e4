--! name: create users and memberships
--! why: who may see which stores is read from here inside every transaction
--! locks: none that anyone waits for
--! undo: drop table app.demo_data, app.data_changes, app.users cascade
--! requires: 0001

create table app.users (
  user_id uuid primary key default gen_random_uuid(),
  email text not null check (email = lower(email) and length(email) between 3 and 254 and email like '%_@_%'),
  display_name text not null check (length(display_name) between 1 and 120),
  role text not null check (role in ('store_manager', 'regional_manager', 'head_office')),
  disabled_at timestamptz,
  -- Grows with every change of role or stores: a cached answer is valid for one version only.
  membership_version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint users_email_is_unique unique (email)
);

-- Every import of data: who, what, from which file (hash), how many rows.
create table app.data_changes (
  change_id uuid primary key default gen_random_uuid(),
  changed_at timestamptz not null default now(),
  changed_by text not null check (length(changed_by) between 1 and 254),
  source text not null check (length(source) between 1 and 400),
  source_hash text check (source_hash ~ '^[0-9a-f]{64}$'),
  table_name text not null check (length(table_name) between 1 and 63),
  rows_added bigint not null default 0 check (rows_added >= 0),
  rows_changed bigint not null default 0 check (rows_changed >= 0),
  rows_rejected bigint not null default 0 check (rows_rejected >= 0)
);

-- Present where demo data was loaded: which, and up to when, so that it can be continued.
create table app.demo_data (
  is_only boolean primary key default true check (is_only),
  size text not null,
  seed bigint not null,
  data_through timestamptz not null
);

create function app.touch_updated_at() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create function app.grow_membership_version() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.role, new.disabled_at) is distinct from (old.role, old.disabled_at) then
    new.membership_version := old.membership_version + 1;
  end if;
  return new;
end
$$;

create trigger users_touch_updated_at before update on app.users
  for each row execute function app.touch_updated_at();
create trigger users_grow_membership_version before update on app.users
  for each row execute function app.grow_membership_version();

-- A user without stores: whoever asks as this one must see nothing. Readiness checks ask as this one.
insert into app.users (user_id, email, display_name, role)
values ('00000000-0000-4000-8000-00000000ca4a', 'canary@zava.invalid', 'Row-security canary', 'store_manager');

grant select (user_id, email, display_name, role, disabled_at, membership_version) on app.users to zava_verifier;

comment on table app.users is 'People and services that may ask; role decides how their stores are found';
comment on table app.data_changes is 'Trail of data imports';
comment on table app.demo_data is 'Which demo data set lies here, if one does';
