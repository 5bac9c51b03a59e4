import type { PGlite } from '@electric-sql/pglite'
import { openCluster } from '../../../dev/neon/embedded/open-cluster.ts'

/** Tables and columns of the little shop, as a caller's schema map. */
export const COLUMNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['stores', ['store_id', 'store_name', 'region', 'is_online']],
  ['orders', ['order_id', 'store_id', 'customer_id', 'order_date', 'status', 'total_amount']],
  ['order_items', ['order_id', 'store_id', 'product_id', 'quantity', 'unit_price']],
  ['products', ['product_id', 'product_name', 'base_price', 'created_at']],
])

/** Opens an embedded Postgres with the retail tables in small. */
export async function openShop(): Promise<PGlite> {
  // A new cluster of PGlite's own would be initialised first, which takes seconds; ours is a copy.
  const database = await openCluster(undefined, { isBrief: true })
  await database.exec(`
    create schema retail;
    set search_path = retail;
    create table stores (store_id uuid primary key default gen_random_uuid(), store_name text, region text, is_online boolean default false);
    create table orders (order_id uuid default gen_random_uuid(), store_id uuid, customer_id uuid,
      order_date timestamptz default now(), status text default 'pending', total_amount numeric(10, 2) default 10);
    create table order_items (order_id uuid, store_id uuid, product_id uuid, quantity int default 0, unit_price numeric(10, 2) default 5);
    create table products (product_id uuid default gen_random_uuid(), product_name text, base_price numeric(10, 2), created_at timestamptz default now());
    insert into stores (store_name) values ('Seattle'), ('Tacoma');
    insert into orders (store_id) select store_id from stores, generate_series(1, 50);
    insert into order_items (store_id) select store_id from stores;
    insert into products (product_name) values ('Hammer'), ('Drill');
  `)
  return database
}
