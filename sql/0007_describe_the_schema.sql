--! name: describe the schema
--! why: the schema tool gives these sentences to the assistant, so that it writes the right query the first time
--! locks: none that anyone waits for
--! undo: comment on … is null
--! requires: 0006

comment on table retail.stores is 'Stores, physical and online; you see your own';
comment on column retail.stores.region is 'Sales region that a regional manager may be responsible for';
comment on column retail.stores.manager_id is 'User id of the store''s manager';
comment on column retail.stores.is_online is 'True for the web shop';
comment on column retail.stores.time_zone is 'IANA time zone in which the store''s days begin and end';

comment on table retail.customers is 'Customers of one store; a person who shops at two stores has two rows';
comment on column retail.customers.email is 'Unique within a store';

comment on table retail.categories is 'Product categories, shared by all stores';
comment on table retail.product_types is 'Product types within a category, shared by all stores';

comment on table retail.products is 'Product catalogue, shared by all stores';
comment on column retail.products.cost is 'Purchase cost per unit';
comment on column retail.products.base_price is 'List price per unit, without tax';
comment on column retail.products.gross_margin_percent is '(base_price - cost) / base_price * 100';
comment on column retail.products.discontinued_at is 'When the product left the range; null while it is sold';
comment on column retail.products.search_text is 'Text search vector of name, SKU and description (English)';

comment on table retail.inventory is 'Stock of a product at a store, now';
comment on column retail.inventory.stock_level is 'Units on hand';
comment on column retail.inventory.reorder_point is 'Reorder when stock_level falls to this';

comment on table retail.orders is 'Orders; net sales counts completed and, negative, returned ones';
comment on column retail.orders.order_date is 'When the order was placed (UTC; use the store''s time zone for days)';
comment on column retail.orders.status is 'pending, completed, cancelled or returned';
comment on column retail.orders.total_amount is 'Sum of the order''s items after discount';

comment on table retail.order_items is 'Lines of an order';
comment on column retail.order_items.unit_price is 'Price per unit as sold, before discount';
comment on column retail.order_items.discount_percent is 'Discount on the line, 0 to 100';
comment on column retail.order_items.discount_amount is 'Discount on the line in money';
comment on column retail.order_items.total_amount is 'quantity * unit_price - discount_amount';

comment on table retail.product_description_embeddings is 'Embedding of each product''s name, type, category and description';
comment on column retail.product_description_embeddings.embedding_half is 'The same at half precision, for search';
comment on function retail.search_products_by_description is 'Products nearest to an embedding, best first';
