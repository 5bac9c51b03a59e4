--! name: protect tenants
--! why: row security, forced, on every table with a store; the service role reads listed columns and nothing else
--! locks: access exclusive on each tenant table, for an instant
--! undo: drop the policies, disable row level security
--! requires: 0004

do $$
declare
  table_name text;
begin
  foreach table_name in array array['stores', 'customers', 'inventory', 'orders', 'order_items'] loop
    execute format('alter table retail.%I enable row level security', table_name);
    execute format('alter table retail.%I force row level security', table_name);
    -- The owner imports and repairs; forced row security would hide every row from it too.
    execute format('create policy %I on retail.%I for all to current_user using (true) with check (true)',
                   table_name || '_are_kept_by_the_owner', table_name);
  end loop;
end
$$;

-- The verifier must know all stores to answer for head office, and must not ask itself.
create policy stores_are_known_to_the_verifier on retail.stores for select to zava_verifier using (true);
grant select (store_id) on retail.stores to zava_verifier;

-- `(select …)` makes it an init plan: verified once per table of a statement, not once per row.
create policy stores_are_mine on retail.stores for select to zava_mcp
  using (store_id = any ((select tenancy.get_user_store_list())::uuid[]));
create policy customers_belong_to_my_stores on retail.customers for select to zava_mcp
  using (store_id = any ((select tenancy.get_user_store_list())::uuid[]));
create policy inventory_belongs_to_my_stores on retail.inventory for select to zava_mcp
  using (store_id = any ((select tenancy.get_user_store_list())::uuid[]));
create policy orders_belong_to_my_stores on retail.orders for select to zava_mcp
  using (store_id = any ((select tenancy.get_user_store_list())::uuid[]));
create policy order_items_belong_to_my_stores on retail.order_items for select to zava_mcp
  using (store_id = any ((select tenancy.get_user_store_list())::uuid[]));

revoke all on all tables in schema retail from public;
grant select (store_id, store_name, location, region, manager_id, is_online, time_zone, opened_on, created_at,
              updated_at) on retail.stores to zava_mcp;
grant select (customer_id, store_id, first_name, last_name, email, phone, created_at, updated_at)
  on retail.customers to zava_mcp;
grant select (category_id, category_name, created_at, updated_at) on retail.categories to zava_mcp;
grant select (type_id, category_id, type_name, created_at, updated_at) on retail.product_types to zava_mcp;
-- cost and what follows from it are grants of their own: an operator may take them away.
grant select (product_id, sku, product_name, category_id, type_id, base_price, product_description, discontinued_at,
              created_at, updated_at) on retail.products to zava_mcp;
grant select (cost, gross_margin_percent) on retail.products to zava_mcp;
grant select (store_id, product_id, stock_level, reorder_point, created_at, updated_at) on retail.inventory to zava_mcp;
grant select (order_id, customer_id, store_id, order_date, status, total_amount, created_at, updated_at)
  on retail.orders to zava_mcp;
grant select (order_item_id, order_id, store_id, product_id, quantity, unit_price, discount_percent, discount_amount,
              total_amount, created_at, updated_at) on retail.order_items to zava_mcp;
