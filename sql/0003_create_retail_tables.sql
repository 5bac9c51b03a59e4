--! name: create the retail tables
--! why: the multi-tenant schema; every foreign key carries the store, so that no row can point into another store
--! locks: none that anyone waits for
--! undo: drop table retail.order_items, retail.orders, retail.inventory, retail.products, retail.product_types,
--!       retail.categories, retail.customers, app.user_stores, retail.stores
--! requires: 0002

create table retail.stores (
  store_id uuid primary key default gen_random_uuid(),
  store_name text not null check (length(store_name) between 1 and 120),
  location text not null check (length(location) between 1 and 200),
  region text not null check (length(region) between 1 and 120),
  manager_id uuid not null references app.users,
  is_online boolean not null default false,
  time_zone text not null default 'UTC' check (length(time_zone) between 1 and 64),
  opened_on date not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint stores_name_is_unique unique (store_name)
);

create table app.user_stores (
  user_id uuid not null references app.users on delete cascade,
  store_id uuid not null references retail.stores on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, store_id)
);
create index user_stores_by_store on app.user_stores (store_id);

create function app.grow_membership_version_of_user() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'INSERT' then
    update app.users set membership_version = membership_version + 1 where user_id = old.user_id;
  end if;
  if tg_op <> 'DELETE' then
    update app.users set membership_version = membership_version + 1 where user_id = new.user_id;
  end if;
  return null;
end
$$;
create trigger user_stores_grow_membership_version after insert or update or delete on app.user_stores
  for each row execute function app.grow_membership_version_of_user();
grant select on app.user_stores to zava_verifier;

create table retail.customers (
  customer_id uuid primary key default gen_random_uuid(),
  store_id uuid not null references retail.stores,
  first_name text not null check (length(first_name) between 1 and 120),
  last_name text not null check (length(last_name) between 1 and 120),
  email text check (length(email) between 3 and 254),
  phone text check (length(phone) between 1 and 40),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint customers_belong_to_store unique (store_id, customer_id),
  -- Per store: a global one would tell a store who shops elsewhere.
  constraint customers_email_is_unique_per_store unique (store_id, email)
);

create table retail.categories (
  category_id uuid primary key default gen_random_uuid(),
  category_name text not null check (length(category_name) between 1 and 120),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint categories_name_is_unique unique (category_name)
);

create table retail.product_types (
  type_id uuid primary key default gen_random_uuid(),
  category_id uuid not null references retail.categories,
  type_name text not null check (length(type_name) between 1 and 120),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint product_types_belong_to_category unique (category_id, type_id),
  constraint product_types_name_is_unique_per_category unique (category_id, type_name)
);

create table retail.products (
  product_id uuid primary key default gen_random_uuid(),
  sku text not null check (length(sku) between 1 and 64),
  product_name text not null check (length(product_name) between 1 and 200),
  category_id uuid not null references retail.categories,
  type_id uuid not null,
  cost numeric(10, 2) not null check (cost >= 0),
  base_price numeric(10, 2) not null check (base_price >= 0),
  gross_margin_percent numeric(7, 2) generated always as (
    case when base_price > 0 then greatest(round((base_price - cost) / base_price * 100, 2), -99999.99) end
  ) stored,
  product_description text not null check (length(product_description) between 1 and 4000),
  discontinued_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint products_sku_is_unique unique (sku),
  constraint products_type_matches_category foreign key (category_id, type_id)
    references retail.product_types (category_id, type_id)
);
create index products_by_type on retail.products (category_id, type_id);

create table retail.inventory (
  store_id uuid not null references retail.stores,
  product_id uuid not null references retail.products,
  stock_level integer not null default 0 check (stock_level >= 0),
  reorder_point integer not null default 0 check (reorder_point >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (store_id, product_id)
);
create index inventory_by_product on retail.inventory (product_id);

create table retail.orders (
  order_id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  store_id uuid not null references retail.stores,
  order_date timestamptz not null,
  status text not null default 'pending' check (status in ('pending', 'completed', 'cancelled', 'returned')),
  total_amount numeric(10, 2) not null check (total_amount >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint orders_belong_to_store unique (store_id, order_id),
  constraint orders_customer_is_of_same_store foreign key (store_id, customer_id)
    references retail.customers (store_id, customer_id)
);
-- Leads with the date: serves "the latest N" for any set of stores in index order.
create index orders_by_date on retail.orders (order_date desc, store_id);
create index orders_by_store_and_date on retail.orders (store_id, order_date);
create index orders_by_customer on retail.orders (store_id, customer_id);

create table retail.order_items (
  order_item_id uuid primary key default gen_random_uuid(),
  order_id uuid not null,
  store_id uuid not null references retail.stores,
  product_id uuid not null references retail.products,
  quantity integer not null check (quantity > 0),
  unit_price numeric(10, 2) not null check (unit_price >= 0),
  discount_percent numeric(5, 2) not null default 0 check (discount_percent between 0 and 100),
  discount_amount numeric(10, 2) not null default 0 check (discount_amount >= 0),
  total_amount numeric(10, 2) not null check (total_amount >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint order_items_order_is_of_same_store foreign key (store_id, order_id)
    references retail.orders (store_id, order_id) on delete cascade
);
create index order_items_by_order on retail.order_items (store_id, order_id);
create index order_items_by_product on retail.order_items (product_id, store_id);

do $$
declare
  table_name text;
begin
  foreach table_name in array array['stores', 'customers', 'categories', 'product_types', 'products', 'inventory',
                                    'orders', 'order_items'] loop
    execute format('create trigger %I before update on retail.%I for each row execute function app.touch_updated_at()',
                   table_name || '_touch_updated_at', table_name);
  end loop;
end
$$;
