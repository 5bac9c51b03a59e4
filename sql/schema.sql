-- Written by `npm run schema` from the migrations; never edited by hand.

-- roles
role zava_mcp set DateStyle=ISO, MDY
role zava_mcp set IntervalStyle=postgres
role zava_mcp set TimeZone=UTC
role zava_mcp set application_name=zava-mcp-server
role zava_mcp set default_transaction_isolation=read committed
role zava_mcp set default_transaction_read_only=on
role zava_mcp set geqo=on
role zava_mcp set geqo_effort=1
role zava_mcp set geqo_threshold=8
role zava_mcp set hash_mem_multiplier=1
role zava_mcp set idle_in_transaction_session_timeout=10s
role zava_mcp set jit=off
role zava_mcp set lock_timeout=500ms
role zava_mcp set max_parallel_workers_per_gather=0
role zava_mcp set row_security=on
role zava_mcp set search_path=retail, ext
role zava_mcp set standard_conforming_strings=on
role zava_mcp set statement_timeout=30s
role zava_mcp set transaction_timeout=32s
role zava_mcp set work_mem=4MB
role zava_mcp: login, noinherit
role zava_verifier: nologin, noinherit

-- schemas
schema api, owner zava_verifier
schema app, owner the owner
schema ext, owner the owner
schema retail, owner the owner
schema tenancy, owner zava_verifier

-- tables
table app.audit_head
  is_only boolean not null default true
  last_seq bigint not null default 0
  last_hash bytea not null default sha256('\x7a617661206175646974'::bytea)
  pruned_seq bigint not null default 0
  pruned_hash bytea not null default sha256('\x7a617661206175646974'::bytea)
table app.audit_log
  seq bigint not null
  entry_id uuid not null
  recorded_at timestamp with time zone not null
  entry jsonb not null
  hash bytea not null
  at timestamp with time zone not null generated always as (to_timestamp((((entry ->> 'at_ms'::text))::double precision / (1000)::double precision))) stored
  user_id uuid generated always as (((entry ->> 'user_id'::text))::uuid) stored
  tool text generated always as ((entry ->> 'tool'::text)) stored
  outcome text generated always as ((entry ->> 'outcome'::text)) stored
table app.data_changes
  change_id uuid not null default gen_random_uuid()
  changed_at timestamp with time zone not null default now()
  changed_by text not null
  source text not null
  source_hash text
  table_name text not null
  rows_added bigint not null default 0
  rows_changed bigint not null default 0
  rows_rejected bigint not null default 0
table app.demo_data
  is_only boolean not null default true
  size text not null
  seed bigint not null
  data_through timestamp with time zone not null
table app.identities
  issuer text not null
  subject text not null
  user_id uuid not null
  created_at timestamp with time zone not null default now()
table app.product_words
  word text not null
  lexeme text not null
  near_spellings text[] not null
table app.switches
  name text not null
  is_on boolean not null
  amount numeric(12,6)
  changed_at timestamp with time zone not null default now()
  changed_by text not null default SESSION_USER
table app.user_stores
  user_id uuid not null
  store_id uuid not null
  created_at timestamp with time zone not null default now()
table app.users
  user_id uuid not null default gen_random_uuid()
  email text not null
  display_name text not null
  role text not null
  disabled_at timestamp with time zone
  membership_version bigint not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
table retail.categories
  category_id uuid not null default gen_random_uuid()
  category_name text not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
table retail.customers, row security enabled and forced
  customer_id uuid not null default gen_random_uuid()
  store_id uuid not null
  first_name text not null
  last_name text not null
  email text
  phone text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
table retail.inventory, row security enabled and forced
  store_id uuid not null
  product_id uuid not null
  stock_level integer not null default 0
  reorder_point integer not null default 0
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
table retail.order_items, row security enabled and forced
  order_item_id uuid not null default gen_random_uuid()
  order_id uuid not null
  store_id uuid not null
  product_id uuid not null
  quantity integer not null
  unit_price numeric(10,2) not null
  discount_percent numeric(5,2) not null default 0
  discount_amount numeric(10,2) not null default 0
  total_amount numeric(10,2) not null
  created_at timestamp with time zone not null default now() with (n_distinct=365)
  updated_at timestamp with time zone not null default now()
table retail.orders, row security enabled and forced
  order_id uuid not null default gen_random_uuid()
  customer_id uuid not null
  store_id uuid not null
  order_date timestamp with time zone not null with (n_distinct=365)
  status text not null default 'pending'::text
  total_amount numeric(10,2) not null
  created_at timestamp with time zone not null default now() with (n_distinct=365)
  updated_at timestamp with time zone not null default now()
table retail.product_description_embeddings
  product_id uuid not null
  description_embedding ext.vector(1536) not null
  model text not null
  content_hash text not null
  last_updated timestamp with time zone not null default now()
  embedding_half ext.halfvec(1536) generated always as ((description_embedding)::ext.halfvec(1536)) stored
table retail.product_types
  type_id uuid not null default gen_random_uuid()
  category_id uuid not null
  type_name text not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
table retail.products
  product_id uuid not null default gen_random_uuid()
  sku text not null
  product_name text not null
  category_id uuid not null
  type_id uuid not null
  cost numeric(10,2) not null
  base_price numeric(10,2) not null
  gross_margin_percent numeric(7,2) generated always as (
CASE
    WHEN (base_price > (0)::numeric) THEN GREATEST(round((((base_price - cost) / base_price) * (100)::numeric), 2), '-99999.99'::numeric)
    ELSE NULL::numeric
END) stored
  product_description text not null
  discontinued_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  search_text tsvector generated always as (((setweight(to_tsvector('english'::regconfig, product_name), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, sku), 'A'::"char")) || setweight(to_tsvector('english'::regconfig, product_description), 'B'::"char"))) stored
table retail.stores, row security enabled and forced
  store_id uuid not null default gen_random_uuid()
  store_name text not null
  location text not null
  region text not null
  manager_id uuid not null
  is_online boolean not null default false
  time_zone text not null default 'UTC'::text
  opened_on date not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
table tenancy.callable_functions
  signature text not null
  why text not null
table tenancy.signing_keys
  key_id text not null
  purpose text not null
  inner_block bytea not null
  outer_block bytea not null
  created_at timestamp with time zone not null default now()
  not_after timestamp with time zone not null default 'infinity'::timestamp with time zone

-- constraints
app.audit_head: audit_head_is_only_check CHECK (is_only)
app.audit_head: audit_head_pkey PRIMARY KEY (is_only)
app.audit_log: audit_entries_come_once UNIQUE (entry_id)
app.audit_log: audit_log_hash_check CHECK ((octet_length(hash) = 32))
app.audit_log: audit_log_pkey PRIMARY KEY (seq)
app.data_changes: data_changes_changed_by_check CHECK (((length(changed_by) >= 1) AND (length(changed_by) <= 254)))
app.data_changes: data_changes_pkey PRIMARY KEY (change_id)
app.data_changes: data_changes_rows_added_check CHECK ((rows_added >= 0))
app.data_changes: data_changes_rows_changed_check CHECK ((rows_changed >= 0))
app.data_changes: data_changes_rows_rejected_check CHECK ((rows_rejected >= 0))
app.data_changes: data_changes_source_check CHECK (((length(source) >= 1) AND (length(source) <= 400)))
app.data_changes: data_changes_source_hash_check CHECK ((source_hash ~ '^[0-9a-f]{64}$'::text))
app.data_changes: data_changes_table_name_check CHECK (((length(table_name) >= 1) AND (length(table_name) <= 63)))
app.demo_data: demo_data_is_only_check CHECK (is_only)
app.demo_data: demo_data_pkey PRIMARY KEY (is_only)
app.identities: identities_issuer_check CHECK (((length(issuer) >= 8) AND (length(issuer) <= 400)))
app.identities: identities_pkey PRIMARY KEY (issuer, subject)
app.identities: identities_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 255)))
app.identities: identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES app.users(user_id) ON DELETE CASCADE
app.product_words: product_words_pkey PRIMARY KEY (word)
app.switches: switches_amount_check CHECK ((amount >= (0)::numeric))
app.switches: switches_ceiling_has_an_amount CHECK (((name <> 'embeddings_ceiling'::text) OR (NOT is_on) OR (amount IS NOT NULL)))
app.switches: switches_changed_by_check CHECK (((length(changed_by) >= 1) AND (length(changed_by) <= 254)))
app.switches: switches_name_check CHECK ((name = ANY (ARRAY['free_sql'::text, 'embeddings_ceiling'::text])))
app.switches: switches_pkey PRIMARY KEY (name)
app.user_stores: user_stores_pkey PRIMARY KEY (user_id, store_id)
app.user_stores: user_stores_store_id_fkey FOREIGN KEY (store_id) REFERENCES retail.stores(store_id) ON DELETE CASCADE
app.user_stores: user_stores_user_id_fkey FOREIGN KEY (user_id) REFERENCES app.users(user_id) ON DELETE CASCADE
app.users: users_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 120)))
app.users: users_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)) AND (email ~~ '%_@_%'::text)))
app.users: users_email_is_unique UNIQUE (email)
app.users: users_pkey PRIMARY KEY (user_id)
app.users: users_role_check CHECK ((role = ANY (ARRAY['store_manager'::text, 'regional_manager'::text, 'head_office'::text])))
retail.categories: categories_category_name_check CHECK (((length(category_name) >= 1) AND (length(category_name) <= 120)))
retail.categories: categories_name_is_unique UNIQUE (category_name)
retail.categories: categories_pkey PRIMARY KEY (category_id)
retail.customers: customers_belong_to_store UNIQUE (store_id, customer_id)
retail.customers: customers_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254)))
retail.customers: customers_email_is_unique_per_store UNIQUE (store_id, email)
retail.customers: customers_first_name_check CHECK (((length(first_name) >= 1) AND (length(first_name) <= 120)))
retail.customers: customers_last_name_check CHECK (((length(last_name) >= 1) AND (length(last_name) <= 120)))
retail.customers: customers_phone_check CHECK (((length(phone) >= 1) AND (length(phone) <= 40)))
retail.customers: customers_pkey PRIMARY KEY (customer_id)
retail.customers: customers_store_id_fkey FOREIGN KEY (store_id) REFERENCES retail.stores(store_id)
retail.inventory: inventory_pkey PRIMARY KEY (store_id, product_id)
retail.inventory: inventory_product_id_fkey FOREIGN KEY (product_id) REFERENCES retail.products(product_id)
retail.inventory: inventory_reorder_point_check CHECK ((reorder_point >= 0))
retail.inventory: inventory_stock_level_check CHECK ((stock_level >= 0))
retail.inventory: inventory_store_id_fkey FOREIGN KEY (store_id) REFERENCES retail.stores(store_id)
retail.order_items: order_items_discount_amount_check CHECK ((discount_amount >= (0)::numeric))
retail.order_items: order_items_discount_percent_check CHECK (((discount_percent >= (0)::numeric) AND (discount_percent <= (100)::numeric)))
retail.order_items: order_items_order_is_of_same_store FOREIGN KEY (store_id, order_id) REFERENCES retail.orders(store_id, order_id) ON DELETE CASCADE
retail.order_items: order_items_pkey PRIMARY KEY (order_item_id)
retail.order_items: order_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES retail.products(product_id)
retail.order_items: order_items_quantity_check CHECK ((quantity > 0))
retail.order_items: order_items_store_id_fkey FOREIGN KEY (store_id) REFERENCES retail.stores(store_id)
retail.order_items: order_items_total_amount_check CHECK ((total_amount >= (0)::numeric))
retail.order_items: order_items_unit_price_check CHECK ((unit_price >= (0)::numeric))
retail.orders: orders_belong_to_store UNIQUE (store_id, order_id)
retail.orders: orders_customer_is_of_same_store FOREIGN KEY (store_id, customer_id) REFERENCES retail.customers(store_id, customer_id)
retail.orders: orders_pkey PRIMARY KEY (order_id)
retail.orders: orders_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'completed'::text, 'cancelled'::text, 'returned'::text])))
retail.orders: orders_store_id_fkey FOREIGN KEY (store_id) REFERENCES retail.stores(store_id)
retail.orders: orders_total_amount_check CHECK ((total_amount >= (0)::numeric))
retail.product_description_embeddings: product_description_embeddings_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text))
retail.product_description_embeddings: product_description_embeddings_model_check CHECK (((length(model) >= 1) AND (length(model) <= 120)))
retail.product_description_embeddings: product_description_embeddings_pkey PRIMARY KEY (product_id)
retail.product_description_embeddings: product_description_embeddings_product_id_fkey FOREIGN KEY (product_id) REFERENCES retail.products(product_id) ON DELETE CASCADE
retail.product_types: product_types_belong_to_category UNIQUE (category_id, type_id)
retail.product_types: product_types_category_id_fkey FOREIGN KEY (category_id) REFERENCES retail.categories(category_id)
retail.product_types: product_types_name_is_unique_per_category UNIQUE (category_id, type_name)
retail.product_types: product_types_pkey PRIMARY KEY (type_id)
retail.product_types: product_types_type_name_check CHECK (((length(type_name) >= 1) AND (length(type_name) <= 120)))
retail.products: products_base_price_check CHECK ((base_price >= (0)::numeric))
retail.products: products_category_id_fkey FOREIGN KEY (category_id) REFERENCES retail.categories(category_id)
retail.products: products_cost_check CHECK ((cost >= (0)::numeric))
retail.products: products_pkey PRIMARY KEY (product_id)
retail.products: products_product_description_check CHECK (((length(product_description) >= 1) AND (length(product_description) <= 4000)))
retail.products: products_product_name_check CHECK (((length(product_name) >= 1) AND (length(product_name) <= 200)))
retail.products: products_sku_check CHECK (((length(sku) >= 1) AND (length(sku) <= 64)))
retail.products: products_sku_is_unique UNIQUE (sku)
retail.products: products_type_matches_category FOREIGN KEY (category_id, type_id) REFERENCES retail.product_types(category_id, type_id)
retail.stores: stores_location_check CHECK (((length(location) >= 1) AND (length(location) <= 200)))
retail.stores: stores_manager_id_fkey FOREIGN KEY (manager_id) REFERENCES app.users(user_id)
retail.stores: stores_name_is_unique UNIQUE (store_name)
retail.stores: stores_pkey PRIMARY KEY (store_id)
retail.stores: stores_region_check CHECK (((length(region) >= 1) AND (length(region) <= 120)))
retail.stores: stores_store_name_check CHECK (((length(store_name) >= 1) AND (length(store_name) <= 120)))
retail.stores: stores_time_zone_check CHECK (((length(time_zone) >= 1) AND (length(time_zone) <= 64)))
tenancy.callable_functions: callable_functions_pkey PRIMARY KEY (signature)
tenancy.callable_functions: callable_functions_signature_check CHECK ((signature ~ '^[a-z_]+\.[a-z_]+\(.*\)$'::text))
tenancy.callable_functions: callable_functions_why_check CHECK ((length(why) > 0))
tenancy.signing_keys: signing_keys_inner_block_check CHECK ((octet_length(inner_block) = 64))
tenancy.signing_keys: signing_keys_key_id_check CHECK ((key_id ~ '^[a-z0-9]{1,16}$'::text))
tenancy.signing_keys: signing_keys_outer_block_check CHECK ((octet_length(outer_block) = 64))
tenancy.signing_keys: signing_keys_pkey PRIMARY KEY (key_id)
tenancy.signing_keys: signing_keys_purpose_check CHECK ((purpose = ANY (ARRAY['worker'::text, 'context'::text])))

-- indexes
CREATE UNIQUE INDEX audit_head_pkey ON app.audit_head USING btree (is_only)
CREATE UNIQUE INDEX audit_entries_come_once ON app.audit_log USING btree (entry_id)
CREATE INDEX audit_log_by_time ON app.audit_log USING btree (at, seq)
CREATE INDEX audit_log_by_user ON app.audit_log USING btree (user_id, at, seq)
CREATE UNIQUE INDEX audit_log_pkey ON app.audit_log USING btree (seq)
CREATE UNIQUE INDEX data_changes_pkey ON app.data_changes USING btree (change_id)
CREATE UNIQUE INDEX demo_data_pkey ON app.demo_data USING btree (is_only)
CREATE INDEX identities_of_a_user ON app.identities USING btree (user_id)
CREATE UNIQUE INDEX identities_pkey ON app.identities USING btree (issuer, subject)
CREATE INDEX product_words_by_lexeme ON app.product_words USING btree (lexeme)
CREATE INDEX product_words_by_near_spelling ON app.product_words USING gin (near_spellings)
CREATE UNIQUE INDEX product_words_pkey ON app.product_words USING btree (word)
CREATE UNIQUE INDEX switches_pkey ON app.switches USING btree (name)
CREATE INDEX user_stores_by_store ON app.user_stores USING btree (store_id)
CREATE UNIQUE INDEX user_stores_pkey ON app.user_stores USING btree (user_id, store_id)
CREATE UNIQUE INDEX users_email_is_unique ON app.users USING btree (email)
CREATE UNIQUE INDEX users_pkey ON app.users USING btree (user_id)
CREATE UNIQUE INDEX categories_name_is_unique ON retail.categories USING btree (category_name)
CREATE UNIQUE INDEX categories_pkey ON retail.categories USING btree (category_id)
CREATE UNIQUE INDEX customers_belong_to_store ON retail.customers USING btree (store_id, customer_id)
CREATE UNIQUE INDEX customers_email_is_unique_per_store ON retail.customers USING btree (store_id, email)
CREATE UNIQUE INDEX customers_pkey ON retail.customers USING btree (customer_id)
CREATE INDEX inventory_by_product ON retail.inventory USING btree (product_id)
CREATE UNIQUE INDEX inventory_pkey ON retail.inventory USING btree (store_id, product_id)
CREATE INDEX order_items_by_order ON retail.order_items USING btree (store_id, order_id)
CREATE INDEX order_items_by_product ON retail.order_items USING btree (product_id, store_id)
CREATE UNIQUE INDEX order_items_pkey ON retail.order_items USING btree (order_item_id)
CREATE UNIQUE INDEX orders_belong_to_store ON retail.orders USING btree (store_id, order_id)
CREATE INDEX orders_by_customer ON retail.orders USING btree (store_id, customer_id)
CREATE INDEX orders_by_date ON retail.orders USING btree (order_date DESC, store_id)
CREATE INDEX orders_by_store_and_date ON retail.orders USING btree (store_id, order_date)
CREATE UNIQUE INDEX orders_pkey ON retail.orders USING btree (order_id)
CREATE UNIQUE INDEX product_description_embeddings_pkey ON retail.product_description_embeddings USING btree (product_id)
CREATE UNIQUE INDEX product_types_belong_to_category ON retail.product_types USING btree (category_id, type_id)
CREATE UNIQUE INDEX product_types_name_is_unique_per_category ON retail.product_types USING btree (category_id, type_name)
CREATE UNIQUE INDEX product_types_pkey ON retail.product_types USING btree (type_id)
CREATE INDEX products_by_part_number ON retail.products USING btree (upper(regexp_replace(sku, '[^[:alnum:]]'::text, ''::text, 'g'::text)) text_pattern_ops)
CREATE INDEX products_by_search_text ON retail.products USING gin (search_text)
CREATE INDEX products_by_type ON retail.products USING btree (category_id, type_id)
CREATE UNIQUE INDEX products_pkey ON retail.products USING btree (product_id)
CREATE UNIQUE INDEX products_sku_is_unique ON retail.products USING btree (sku)
CREATE UNIQUE INDEX stores_name_is_unique ON retail.stores USING btree (store_name)
CREATE UNIQUE INDEX stores_pkey ON retail.stores USING btree (store_id)
CREATE UNIQUE INDEX callable_functions_pkey ON tenancy.callable_functions USING btree (signature)
CREATE UNIQUE INDEX signing_keys_pkey ON tenancy.signing_keys USING btree (key_id)

-- triggers
CREATE TRIGGER audit_log_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON app.audit_log FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_audit_change()
CREATE TRIGGER categories_touch_updated_at BEFORE UPDATE ON retail.categories FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()
CREATE TRIGGER collect_inserted_words AFTER INSERT ON retail.categories REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.collect_product_words('category_name')
CREATE TRIGGER collect_inserted_words AFTER INSERT ON retail.product_types REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.collect_product_words('type_name')
CREATE TRIGGER collect_inserted_words AFTER INSERT ON retail.products REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.collect_product_words('product_name || '' '' || product_description')
CREATE TRIGGER collect_updated_words AFTER UPDATE ON retail.categories REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.collect_product_words('category_name')
CREATE TRIGGER collect_updated_words AFTER UPDATE ON retail.product_types REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.collect_product_words('type_name')
CREATE TRIGGER collect_updated_words AFTER UPDATE ON retail.products REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.collect_product_words('product_name || '' '' || product_description')
CREATE TRIGGER customers_touch_updated_at BEFORE UPDATE ON retail.customers FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()
CREATE TRIGGER inventory_touch_updated_at BEFORE UPDATE ON retail.inventory FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()
CREATE TRIGGER order_items_touch_updated_at BEFORE UPDATE ON retail.order_items FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()
CREATE TRIGGER orders_touch_updated_at BEFORE UPDATE ON retail.orders FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()
CREATE TRIGGER product_types_touch_updated_at BEFORE UPDATE ON retail.product_types FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()
CREATE TRIGGER products_touch_updated_at BEFORE UPDATE ON retail.products FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()
CREATE TRIGGER stores_touch_updated_at BEFORE UPDATE ON retail.stores FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()
CREATE TRIGGER user_stores_grow_membership_version AFTER INSERT OR DELETE OR UPDATE ON app.user_stores FOR EACH ROW EXECUTE FUNCTION app.grow_membership_version_of_user()
CREATE TRIGGER users_grow_membership_version BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.grow_membership_version()
CREATE TRIGGER users_touch_updated_at BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()

-- policies
policy customers_are_kept_by_the_owner on retail.customers for all to the owner using true
policy customers_belong_to_my_stores on retail.customers for select to zava_mcp using (tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) AND (( SELECT tenancy.confirm_plan(tenancy.planned_at()) AS confirm_plan) IS NOT NULL))
policy inventory_are_kept_by_the_owner on retail.inventory for all to the owner using true
policy inventory_belongs_to_my_stores on retail.inventory for select to zava_mcp using (tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) AND (( SELECT tenancy.confirm_plan(tenancy.planned_at()) AS confirm_plan) IS NOT NULL))
policy order_items_are_kept_by_the_owner on retail.order_items for all to the owner using true
policy order_items_belong_to_my_stores on retail.order_items for select to zava_mcp using (tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) AND (( SELECT tenancy.confirm_plan(tenancy.planned_at()) AS confirm_plan) IS NOT NULL))
policy orders_are_kept_by_the_owner on retail.orders for all to the owner using true
policy orders_belong_to_my_stores on retail.orders for select to zava_mcp using (tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) AND (( SELECT tenancy.confirm_plan(tenancy.planned_at()) AS confirm_plan) IS NOT NULL))
policy stores_are_kept_by_the_owner on retail.stores for all to the owner using true
policy stores_are_known_to_the_verifier on retail.stores for select to zava_verifier using true
policy stores_are_mine on retail.stores for select to zava_mcp using (tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) AND (( SELECT tenancy.confirm_plan(tenancy.planned_at()) AS confirm_plan) IS NOT NULL))

-- grants
grant INSERT (seq, entry_id, recorded_at, entry, hash) on app.audit_log to zava_verifier
grant SELECT (category_id, category_name, created_at, updated_at) on retail.categories to zava_mcp
grant SELECT (customer_id, store_id, first_name, last_name, email, phone, created_at, updated_at) on retail.customers to zava_mcp
grant SELECT (entry_id) on app.audit_log to zava_verifier
grant SELECT (is_only) on app.demo_data to zava_verifier
grant SELECT (is_only, last_seq, last_hash, pruned_seq, pruned_hash) on app.audit_head to zava_verifier
grant SELECT (issuer, subject, user_id) on app.identities to zava_verifier
grant SELECT (name, is_on, amount) on app.switches to zava_verifier
grant SELECT (order_id, customer_id, store_id, order_date, status, total_amount, created_at, updated_at) on retail.orders to zava_mcp
grant SELECT (order_item_id, order_id, store_id, product_id, quantity, unit_price, discount_percent, discount_amount, total_amount, created_at, updated_at) on retail.order_items to zava_mcp
grant SELECT (product_id, description_embedding, model, content_hash, last_updated, embedding_half) on retail.product_description_embeddings to zava_mcp
grant SELECT (product_id, sku, product_name, category_id, type_id, cost, base_price, gross_margin_percent, product_description, discontinued_at, created_at, updated_at, search_text) on retail.products to zava_mcp
grant SELECT (store_id, product_id, stock_level, reorder_point, created_at, updated_at) on retail.inventory to zava_mcp
grant SELECT (store_id, store_name) on retail.stores to zava_verifier
grant SELECT (store_id, store_name, location, region, manager_id, is_online, time_zone, opened_on, created_at, updated_at) on retail.stores to zava_mcp
grant SELECT (type_id, category_id, type_name, created_at, updated_at) on retail.product_types to zava_mcp
grant SELECT (user_id, email, display_name, role, disabled_at, membership_version) on app.users to zava_verifier
grant SELECT (user_id, store_id, created_at) on app.user_stores to zava_verifier
grant SELECT (word, lexeme, near_spellings) on app.product_words to zava_verifier
grant UPDATE (last_seq, last_hash) on app.audit_head to zava_verifier
grant execute on api.append_audit(text,text) to zava_mcp
grant execute on api.collects(json) to zava_mcp
grant execute on api.columns_of_key(text,jsonb) to zava_mcp
grant execute on api.demand_free_sql() to zava_mcp
grant execute on api.demo_people(text) to zava_mcp
grant execute on api.embeddings_ceiling() to zava_mcp
grant execute on api.enter(text) to zava_mcp
grant execute on api.explain(text,text) to zava_mcp
grant execute on api.gate(text,text,boolean) to zava_mcp
grant execute on api.gate(text,text,integer) to zava_mcp
grant execute on api.gate_share(text,text) to zava_mcp
grant execute on api.group_limit(json,jsonb) to zava_mcp
grant execute on api.identify(text) to zava_mcp
grant execute on api.is_estimated(text,boolean) to zava_mcp
grant execute on api.is_our_statement(text,text) to zava_mcp
grant execute on api.posture(text) to zava_mcp
grant execute on api.read_search_words(text[]) to zava_mcp
grant execute on api.row_slack(json,double precision,double precision) to zava_mcp
grant execute on api.take_turn(boolean,integer,integer,integer) to zava_mcp
grant execute on retail.search_products_by_description(ext.vector,double precision,integer) to zava_mcp
grant execute on tenancy.confirm_plan(timestamp with time zone) to zava_mcp
grant execute on tenancy.is_in_scope(uuid,tenancy.scope) to zava_mcp
grant execute on tenancy.planned_at() to zava_mcp
grant execute on tenancy.scope_when_planned() to zava_mcp
grant usage on schema api to zava_mcp
grant usage on schema api to zava_verifier
grant usage on schema app to zava_verifier
grant usage on schema ext to zava_mcp
grant usage on schema retail to zava_mcp
grant usage on schema retail to zava_verifier
grant usage on schema tenancy to zava_verifier

-- functions
CREATE OR REPLACE FUNCTION api.append_audit(p_batch text, p_signature text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '5s'
AS $function$
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
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.collects(p_step json)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN COALESCE(((p_step ->> 'Output'::text) ~* 'agg\w*\('::text), false)
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.columns_of_key(p_key text, p_tables jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (WITH names AS (SELECT string_agg(name.name, '|'::text) AS list FROM jsonb_object_keys(columns_of_key.p_tables) name(name)), moments AS (SELECT regexp_replace(regexp_replace(columns_of_key.p_key, '\m(\w+\.(order_date|created_at))\M'::text, '\1_moment'::text, 'g'::text), '\((\w+\.\w+_moment) AT TIME ZONE (''[^'']*''::text|\w+\.\w+)\)'::text, '\1'::text, 'g'::text) AS key), days AS (SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(moments.key, 'date_trunc\(''(?:day|week|month|quarter|year)''::text, (\w+\.\w+)_moment\)'::text, '\1'::text, 'g'::text), 'EXTRACT\((?:year|quarter|month|week|day|dow|isodow|doy|hour) FROM (\w+\.\w+)_moment\)'::text, '\1'::text, 'g'::text), 'to_char\((\w+\.\w+)_moment, ''[-/. YMDQIW]+''::text\)'::text, '\1'::text, 'g'::text), '\((\w+\.\w+)_moment\)::date\M'::text, '\1'::text, 'g'::text) AS key FROM moments), plain AS (SELECT regexp_replace(days.key, '''([^'']|'''')*'''::text, ''::text, 'g'::text) AS key FROM days) SELECT CASE WHEN ((regexp_replace(plain.key, (('\m('::text || names.list) || ')\.\w+'::text), ''::text, 'g'::text) !~ '[."$]|SubPlan|InitPlan'::text) AND (plain.key !~ '_moment'::text) AND (plain.key ~ '\.'::text)) THEN (SELECT array_agg(DISTINCT found.found[1]) AS array_agg FROM regexp_matches(plain.key, (('\m((?:'::text || names.list) || ')\.\w+)'::text), 'g'::text) found(found)) ELSE NULL::text[] END AS "case" FROM plain, names)
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.demand_free_sql()
 RETURNS void
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not coalesce((select s.is_on from app.switches s where s.name = 'free_sql'), false) then
    raise exception 'free SQL is closed' using errcode = 'ZV011';
  end if;
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.demo_people(p_claim text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.embeddings_ceiling()
 RETURNS numeric
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select s.amount from app.switches s where s.name = 'embeddings_ceiling' and s.is_on
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.enter(p_token text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  part text[];
  now_epoch bigint := extract(epoch from clock_timestamp())::bigint;
  known record;
  store_count bigint;
  context text;
begin
  if current_setting('transaction_read_only') <> 'on' or coalesce(current_setting('zava.context', true), '') <> '' then
    raise exception 'the tenant context is set once, in a read-only transaction' using errcode = 'ZV005';
  end if;
  if p_token is null or octet_length(p_token) > 256 then
    raise exception 'invalid tenant token' using errcode = 'ZV001';
  end if;
  part := string_to_array(p_token, '.');
  if cardinality(part) <> 6 or part[1] <> 't1' or part[4] !~ '^[0-9]{10}$' or part[5] !~ '^[0-9a-zA-Z_-]{16,64}$'
     or part[3] !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
     or not tenancy.is_signed(part[2], 'worker', 'tenant:' || array_to_string(part[1:5], '.'), part[6]) then
    raise exception 'invalid tenant token' using errcode = 'ZV001';
  end if;
  if part[4]::bigint < now_epoch or part[4]::bigint > now_epoch + 120 then
    raise exception 'expired tenant token' using errcode = 'ZV002';
  end if;

  select u.user_id, u.email, u.display_name, u.role, u.membership_version,
         case when u.role = 'head_office' then '{}'
              else array(select m.store_id from app.user_stores m where m.user_id = u.user_id) end as store_ids
    into known from app.users u where u.user_id = part[3]::uuid and u.disabled_at is null;
  if known.user_id is null then
    raise exception 'unknown user' using errcode = 'ZV003';
  end if;
  store_count := cardinality(known.store_ids);
  if store_count > 10000 then
    raise exception 'more than 10,000 stores for one user' using errcode = 'ZV006';
  end if;
  if known.role = 'head_office' then
    select count(*) into store_count from retail.stores;
  end if;

  context := 'c2.' || known.user_id || '.' || known.role || '.' || tenancy.place_and_time() || '.' || known.store_ids::text;
  -- A start-up packet wins over the role's own setting, so the name is said again here.
  perform set_config('zava.context', context || '.' || encode(tenancy.mac('context', 'context', context), 'hex'), true),
          set_config('application_name', 'zava-mcp-server', true);
  return jsonb_build_object(
    'user_id', known.user_id, 'email', known.email, 'display_name', known.display_name, 'role', known.role,
    'membership_version', known.membership_version, 'store_count', store_count);
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.explain(p_sql text, p_signature text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
declare
  plan json;
begin
  if not api.is_our_statement(p_sql, p_signature) then
    raise exception 'not a statement of ours' using errcode = 'ZV001';
  end if;
  execute 'explain (analyze, costs off, timing on, buffers off, summary on, format json) ' || p_sql into plan;
  return plan;
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.gate(p_sql text, p_signature text, p_collects_rows boolean)
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 SELECT api.gate(p_sql, p_signature,
         CASE
             WHEN p_collects_rows THEN 2400
             ELSE 0
         END) AS gate;
END
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.gate(p_sql text, p_signature text, p_collected_bytes integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  share double precision := api.gate_share(p_sql, p_signature);
  owner_of_places integer := hashtext('free sql ' || split_part(current_setting('zava.context'), '.', 2));
  has_place boolean := false;
  plan json;
  finding text;
begin
  for place in 1..8 loop
    has_place := pg_try_advisory_xact_lock(owner_of_places, place);
    exit when has_place;
  end loop;
  if not has_place then
    raise exception 'eight statements of this user are under way' using errcode = 'ZV022';
  end if;

  execute 'explain (verbose, format json) ' || p_sql into plan;
  with recursive tables as (
    select coalesce(jsonb_object_agg(scan ->> 'Alias', format('%I.%I', scan ->> 'Schema', scan ->> 'Relation Name')), '{}') as named
      from jsonb_path_query(plan::jsonb, 'strict $.**?(exists(@."Relation Name"))') scan
     where scan ->> 'Alias' ~ '^[a-z_]\w*$'
  ), step as (
    select plan -> 0 -> 'Plan' as node, '{}'::integer[] as place, false as is_callers, p_collected_bytes > 0 as counts,
           false as is_apart, null::float8 as groups
    union all
    -- The wrapper's own steps, its cut by bytes among them, end with the first window.
    select child, place || n::integer, is_callers or node ->> 'Node Type' = 'WindowAgg',
           p_collected_bytes > 0 and (api.collects(node) or counts and groups is null),
           is_apart or child ->> 'Parent Relationship' in ('InitPlan', 'SubPlan'),
           case when p_collected_bytes > 0 then api.group_limit(child, tables.named) end
      from step cross join tables, json_array_elements(node -> 'Plans') with ordinality as children (child, n)
  ), measured as (
    select place, counts, is_apart, (node ->> 'Total Cost')::float8 / share as cost, (node ->> 'Plan Rows')::float8 / share as rows,
           greatest((node ->> 'Plan Width')::float8, 32) as width,
           -- The few rows that a small statement joins, the guard has looked at.
           case when is_callers and p_collected_bytes > 0
                     and not (node ->> 'Join Type' is not null and (plan -> 0 -> 'Plan' ->> 'Total Cost')::float8 / share <= 3000) then
             api.row_slack(node, (select (read.node ->> 'Plan Rows')::float8 from step read
                                   where read.node ->> 'Subplan Name' = 'CTE ' || (step.node ->> 'CTE Name')), groups)
           else 1 end as slack
      from step
  ), collected as (
    -- Whoever reads what was computed apart, a query in WITH for example, rests on it too.
    select rows * coalesce((select exp(sum(ln(below.slack))) from measured below
                             where below.is_apart or below.place[:cardinality(above.place)] = above.place), 1) as rows,
           width
      from measured above
     where counts
  )
  select case
           when max(cost) filter (where place = '{}') > 250000 or max(rows) > 1000000 then 'too much'
           when bool_or(slack is null) and max(cost) filter (where place = '{}') > 3000
                or (select max(rows * greatest(p_collected_bytes / 134217728.0, width / 64000000)) > 1 from collected) then 'aggregate'
         end
    into finding from measured;
  if finding is not null then
    raise exception '%', finding using errcode = 'ZV010';
  end if;
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.gate_share(p_sql text, p_signature text)
 RETURNS double precision
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  draw bytea;
begin
  if not api.is_our_statement(p_sql, p_signature) then
    raise exception 'not a statement of ours' using errcode = 'ZV001';
  end if;
  draw := tenancy.mac('context', 'context', 'share:' || tenancy.get_current_user_id() || ':' || p_sql);
  return 1 + (get_byte(draw, 0) * 256 + get_byte(draw, 1)) / 65536.0;
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.group_limit(p_step json, p_tables jsonb)
 RETURNS double precision
 LANGUAGE plpgsql
AS $function$
declare
  columns_used text[] := '{}';
  of_key text[];
  key text;
  named text;
  plan json;
  found double precision := 1;
begin
  if p_step ->> 'Node Type' not in ('Aggregate', 'Group') or p_step -> 'Grouping Sets' is not null then
    return null;
  end if;
  if p_step -> 'Group Key' is null then
    return case when p_step ->> 'Strategy' = 'Plain' then 1 end;
  end if;
  for key in select * from json_array_elements_text(p_step -> 'Group Key') loop
    of_key := api.columns_of_key(key, p_tables);
    if of_key is null then
      return null;
    end if;
    columns_used := columns_used || of_key;
  end loop;
  for named in select distinct * from unnest(columns_used) loop
    execute format('explain (format json) select from %s group by %I', p_tables ->> split_part(named, '.', 1), split_part(named, '.', 2))
       into plan;
    found := found * greatest((plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8, 1);
  end loop;
  return found;
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.identify(p_claim text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.is_estimated(p_condition text, p_joins boolean)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (regexp_replace(regexp_replace(regexp_replace(p_condition, '''([^'']|'''')*''(::[a-z ]+(\([0-9,]+\))?(\[\])?)?|\m[0-9.]+\M|\mtrue\M|\mfalse\M'::text, '?'::text, 'g'::text), ((CASE WHEN p_joins THEN '\((\w+\.)?\w+ (=|<>|<|>|<=|>=) (\w+\.)?\w+\)|'::text ELSE ''::text END || '\((\w+\.)?\w+ (=|<>|<|>|<=|>=|~~|!~~|~~\*|!~~\*) (ANY )?\(?\?\)?(::numeric)?\)|\((\w+\.)?\w+ IS (NOT )?NULL\)'::text) || '|\(+InitPlan \?\)\.col1 IS NOT NULL\)|\(\$[0-9?]+ IS NOT NULL\)'::text), ''::text, 'g'::text), '\m(AND|OR)\M|[() ]'::text, ''::text, 'g'::text) = ''::text)
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.is_our_statement(p_sql text, p_signature text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  part text[] := string_to_array(p_signature, '.');
  now_epoch bigint := extract(epoch from clock_timestamp())::bigint;
begin
  return coalesce(
    cardinality(part) = 4 and part[1] = 'g1' and part[3] ~ '^[0-9]{10}$'
      and part[3]::bigint between now_epoch and now_epoch + 120
      and tenancy.is_signed(part[2], 'worker',
        'statement:' || array_to_string(part[1:3], '.') || '.' || encode(sha256(convert_to(p_sql, 'UTF8')), 'hex'), part[4]),
    false);
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.posture(p_key_id text DEFAULT NULL::text)
 RETURNS TABLE(area text, finding text)
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with login as (select * from pg_roles where rolname = session_user),
  readable as (
    select c.*, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and has_schema_privilege(session_user, n.oid, 'USAGE')
       and (has_table_privilege(session_user, c.oid, 'SELECT') or has_any_column_privilege(session_user, c.oid, 'SELECT'))
  ),
  tenant as (
    select c.*, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and (n.nspname = 'retail' or c.oid in (select oid from readable))
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'store_id' and not a.attisdropped)
  )
  select 'role', format('role %s is superuser, bypasses row security, may create roles or databases, replicates, or inherits', rolname)
    from login where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit
  union all
  select 'role', format('role %s is a member of %s', l.rolname, g.rolname)
    from pg_auth_members m join login l on l.oid = m.member join pg_roles g on g.oid = m.roleid
  union all
  select 'role', format('role %s lacks the setting %s', l.rolname, wanted)
    from login l, unnest(array['statement_timeout=[1-9]', 'default_transaction_read_only=on', 'search_path=retail, ext']) wanted
   where coalesce(array_to_string(l.rolconfig, E'\n'), '') !~ ('(^|\n)' || wanted)
  union all
  select 'role', format('role %s owns %s', l.rolname, pg_describe_object(d.classid, d.objid, d.objsubid))
    from pg_shdepend d join login l on d.refclassid = 'pg_authid'::regclass and d.refobjid = l.oid
   where d.deptype = 'o' and d.dbid in (0, (select oid from pg_database where datname = current_database()))
  union all
  select 'role', format('role %s, which verifies, may log in, is superuser or bypasses row security', rolname)
    from pg_roles where rolname = 'zava_verifier' and (rolcanlogin or rolsuper or rolbypassrls)
  union all
  select 'database', 'the role may create temporary tables'
   where has_database_privilege(session_user, current_database(), 'TEMP')
  union all
  select 'database', 'the role may create schemas'
   where has_database_privilege(session_user, current_database(), 'CREATE')
  union all
  select 'schema', format('the role may create in schema %s', nspname)
    from pg_namespace where nspname !~ '^pg_' and has_schema_privilege(session_user, oid, 'CREATE')
  union all
  select 'schema', format('the role may use schema %s', nspname)
    from pg_namespace where nspname not in ('pg_catalog', 'information_schema', 'retail', 'ext', 'api') and oid <> pg_my_temp_schema()
     and has_schema_privilege(session_user, oid, 'USAGE')
  union all
  select 'row security', format('row security is not enabled and forced on %s.%s', nspname, relname)
    from tenant where not (relrowsecurity and relforcerowsecurity)
  union all
  -- These four belong to all stores; whatever else is readable and has no row security was not meant to be.
  select 'row security', format('the role may read %s.%s, which has no row security', nspname, relname)
    from readable
   where relkind in ('r', 'p') and not relrowsecurity and oid not in (select oid from tenant)
     and (nspname, relname) not in (('retail', 'categories'), ('retail', 'product_types'), ('retail', 'products'),
                                    ('retail', 'product_description_embeddings'))
  union all
  select 'row security', format('the role may read every column of %s.%s, system and future ones included', nspname, relname)
    from readable where relkind in ('r', 'p') and has_table_privilege(session_user, oid, 'SELECT')
  union all
  select 'row security', format('policy %s on %s does not ask the verifier once per statement', p.policyname, p.tablename)
    from pg_policies p
   where (session_user = any (p.roles) or 'public' = any (p.roles))
     and coalesce(p.qual, '') <> '(tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) AND (( SELECT tenancy.confirm_plan(tenancy.planned_at()) AS confirm_plan) IS NOT NULL))'
  union all
  select 'row security', format('no policy for the role on %s.%s', t.nspname, t.relname)
    from tenant t where not exists (
      select from pg_policy p where p.polrelid = t.oid and (select oid from login) = any (p.polroles))
  union all
  select 'view', format('view without security_invoker: %s.%s', nspname, relname)
    from readable where relkind = 'v' and coalesce(array_to_string(reloptions, ' '), '') !~ 'security_invoker=(true|on|1)'
  union all
  select 'view', format('row security cannot apply to %s.%s', nspname, relname) from readable where relkind in ('m', 'f')
  union all
  select 'write', format('the role may write %s.%s', nspname, relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'p', 'v', 'm', 'f')
     and (has_table_privilege(session_user, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN')
       or has_any_column_privilege(session_user, c.oid, 'INSERT, UPDATE, REFERENCES'))
  union all
  select 'function', format('the role may execute %s', p.oid::regprocedure)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname not in ('pg_catalog', 'information_schema') and has_function_privilege(session_user, p.oid, 'EXECUTE')
     and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
     and p.oid::regprocedure::text not in (select c.signature from tenancy.callable_functions c)
  union all
  select 'function', format('definer function without a pinned search_path: %s', p.oid::regprocedure)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where p.prosecdef and n.nspname <> 'pg_catalog' and coalesce(array_to_string(p.proconfig, ' '), '') !~ 'search_path='
  union all
  select 'extension', format('extension %s is within reach in schema %s', e.extname, n.nspname)
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace
   where e.extname not in ('vector', 'plpgsql') and has_schema_privilege(session_user, n.oid, 'USAGE')
  union all
  select 'sequence', format('sequence within reach: %s', c.oid::regclass)
    from pg_class c where case when c.relkind = 'S' then has_sequence_privilege(session_user, c.oid, 'SELECT, USAGE, UPDATE') end
  union all
  select 'key', 'the signing key of the service is not known here, or has ended'
   where p_key_id is not null and not exists (
     select from tenancy.signing_keys k
      where k.key_id = p_key_id and k.purpose = 'worker' and k.not_after > clock_timestamp())
  union all
  select 'key', 'the context key is missing, or has ended' where not exists (
     select from tenancy.signing_keys k
      where k.key_id = 'context' and k.purpose = 'context' and k.not_after > clock_timestamp())
  order by 1, 2
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.read_search_words(p_words text[])
 RETURNS TABLE(term integer, asked tsquery, in_name tsquery, trust double precision, worth double precision)
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with given as materialized (
    select n::integer as term, word, stemmed.lexeme, word ~ '[[:digit:]]' as has_digit,
           lead(word) over (order by n) as next_word, lead(n::integer) over (order by n) as next_term
      from unnest(p_words[1:40]) with ordinality u (word, n),
           lateral (select e.lexeme from unnest(to_tsvector('english', left(word, 40))) e order by length(e.lexeme) desc limit 1) stemmed
  ),
  judged as materialized (
    select k.*, case when not is_known and length(word) > 3 then app.near_spellings(word) end as near_spellings,
           case when not is_known then app.near_spellings(word || next_word) end as near_joined
      from (select g.*, has_digit or exists (select from app.product_words v where v.lexeme = g.lexeme) as is_known from given g) k
  ),
  read as (
    select term, lexeme, 1.0::float8 as trust from judged where is_known
    union all
    select side.term, v.lexeme, 0.9 from judged j join app.product_words v on v.word = j.word || j.next_word
           cross join lateral (values (j.term), (j.next_term)) side (term)
    union all
    select j.term, part.lexeme, 0.6 from judged j cross join generate_series(3, length(j.word) - 3) at
      join app.product_words a on a.word = left(j.word, at) join app.product_words b on b.word = substr(j.word, at + 1)
           cross join lateral (values (a.lexeme), (b.lexeme)) part (lexeme)
     where not j.is_known
    union all
    -- Nobody mistypes the first letter; without that, a couch would be a touch.
    select j.term, v.lexeme, 0.7 from judged j join app.product_words v on v.near_spellings && j.near_spellings
     where length(v.word) > 3 and left(v.word, 1) = left(j.word, 1)
    union all
    select side.term, v.lexeme, 0.6
      from judged j join app.product_words v on v.near_spellings && j.near_joined
           cross join lateral (values (j.term), (j.next_term)) side (term)
     where left(v.word, 1) = left(j.word, 1)
  ),
  quoted as (
    select term, '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''' as lexeme, max(trust) as trust from read group by 1, 2
  )
  select j.term, q.lexeme::tsquery, (q.lexeme || ':A')::tsquery, q.trust, case when j.has_digit then 0.4 else 1 end
    from judged j left join quoted q on q.term = j.term
   order by j.term, q.trust desc nulls last, q.lexeme
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.row_slack(p_step json, p_read double precision, p_groups double precision)
 RETURNS double precision
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (WITH input AS (SELECT max(((child.value ->> 'Plan Rows'::text))::double precision) FILTER (WHERE ((child.value ->> 'Parent Relationship'::text) <> 'Inner'::text)) AS rows, max(((child.value ->> 'Plan Rows'::text))::double precision) FILTER (WHERE ((child.value ->> 'Parent Relationship'::text) = 'Inner'::text)) AS inner_rows FROM json_array_elements((row_slack.p_step -> 'Plans'::text)) child(value) WHERE ((child.value ->> 'Parent Relationship'::text) <> ALL (ARRAY['InitPlan'::text, 'SubPlan'::text]))) SELECT CASE WHEN ((row_slack.p_step ->> 'Node Type'::text) = ANY (ARRAY['Aggregate'::text, 'Group'::text])) THEN GREATEST((1)::double precision, (LEAST(input.rows, row_slack.p_groups) / GREATEST(((row_slack.p_step ->> 'Plan Rows'::text))::double precision, (1)::double precision))) WHEN (api.is_estimated(COALESCE((row_slack.p_step ->> 'Filter'::text), ''::text), false) AND api.is_estimated(COALESCE((row_slack.p_step ->> 'Join Filter'::text), ''::text), true) AND api.is_estimated(COALESCE((row_slack.p_step ->> 'Hash Cond'::text), ''::text), true) AND api.is_estimated(COALESCE((row_slack.p_step ->> 'Merge Cond'::text), ''::text), true)) THEN (1)::double precision ELSE GREATEST((1)::double precision, (CASE WHEN ((row_slack.p_step ->> 'Relation Name'::text) IS NOT NULL) THEN ((SELECT NULLIF(c.reltuples, ('-1'::integer)::double precision) AS "nullif" FROM pg_class c WHERE (c.oid = (to_regclass(format('%I.%I'::text, (row_slack.p_step ->> 'Schema'::text), (row_slack.p_step ->> 'Relation Name'::text))))::oid)))::double precision WHEN (((row_slack.p_step ->> 'Join Type'::text) IS NULL) OR ((row_slack.p_step ->> 'Join Type'::text) = ANY (ARRAY['Semi'::text, 'Anti'::text])) OR ((row_slack.p_step ->> 'Inner Unique'::text) = 'true'::text)) THEN COALESCE(input.rows, row_slack.p_read) ELSE (input.rows * input.inner_rows) END / GREATEST(((row_slack.p_step ->> 'Plan Rows'::text))::double precision, (1)::double precision))) END AS "greatest" FROM input)
-- owner zava_verifier
CREATE OR REPLACE FUNCTION api.take_turn(p_is_first_try boolean, p_limit_ms integer, p_quick_ms integer, p_wait_ms integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  owner_of_places constant integer := hashtext('free sql ' || split_part(current_setting('zava.context'), '.', 2));
  -- Beside the eight places of the gate.
  long_turn constant integer := 9;
  quick_turn constant integer := 10;
  lock_limit constant text := current_setting('lock_timeout');
  in_line bigint;
  is_quick boolean := false;
begin
  if not pg_try_advisory_xact_lock(owner_of_places, long_turn) then
    select count(*) into in_line from pg_locks l
     where l.locktype = 'advisory' and l.classid = (owner_of_places::bigint & 4294967295)::oid and l.objid = long_turn::oid
       and l.objsubid = 2 and not l.granted;
    if p_is_first_try and in_line < 3 then
      begin
        perform set_config('lock_timeout', (3 * p_quick_ms)::text, true);
        perform pg_advisory_xact_lock(owner_of_places, quick_turn);
        is_quick := true;
      exception when lock_not_available then
        null; -- So many are quick at the moment that it goes in line.
      end;
    end if;
    if not is_quick then
      begin
        perform set_config('lock_timeout', greatest(p_wait_ms, 1)::text, true);
        perform pg_advisory_xact_lock(owner_of_places, long_turn);
      exception when lock_not_available then
        raise exception 'another statement of this user is under way' using errcode = 'ZV022';
      end;
    end if;
    perform set_config('lock_timeout', lock_limit, true);
  end if;
  perform set_config('statement_timeout', (case when is_quick then p_quick_ms / (1 + in_line) else p_limit_ms end)::text, true);
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION app.audit_findings(p_anchor_seq bigint DEFAULT NULL::bigint, p_anchor_hash text DEFAULT NULL::text)
 RETURNS TABLE(seq bigint, finding text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION app.audit_hash(p_previous bytea, p_seq bigint, p_entry_id uuid, p_recorded_at timestamp with time zone, p_entry jsonb)
 RETURNS bytea
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT sha256((p_previous || convert_to(concat_ws('|'::text, p_seq, p_entry_id, ((EXTRACT(epoch FROM p_recorded_at) * (1000000)::numeric))::bigint, (p_entry)::text), 'UTF8'::name))) AS sha256;
END
-- owner the owner
CREATE OR REPLACE FUNCTION app.collect_product_words()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  execute format($sql$
    insert into app.product_words (word, lexeme, near_spellings)
    select word, lexeme, app.near_spellings(word)
      from (select distinct w.lexeme as word from changed, unnest(to_tsvector('simple', %s)) w
             where w.lexeme ~ '^[[:alpha:]]{2,40}$') found,
           lateral (select e.lexeme from unnest(to_tsvector('english', word)) e limit 1) stemmed
    on conflict do nothing $sql$, tg_argv[0]);
  return null;
end
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION app.forget_kept_answers()
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with changed as (update app.users set membership_version = membership_version + 1 returning 1)
  select count(*) from changed
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION app.grow_membership_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (new.role, new.disabled_at) is distinct from (old.role, old.disabled_at) then
    new.membership_version := old.membership_version + 1;
  end if;
  return new;
end
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION app.grow_membership_version_of_user()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op <> 'INSERT' then
    update app.users set membership_version = membership_version + 1 where user_id = old.user_id;
  end if;
  if tg_op <> 'DELETE' then
    update app.users set membership_version = membership_version + 1 where user_id = new.user_id;
  end if;
  return null;
end
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION app.near_spellings(p_word text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select array_agg(distinct spelling)
    from (select p_word as spelling
          union all
          select overlay(p_word placing '' from i for 1) from generate_series(1, length(p_word)) i) s
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION app.prune_audit(p_keep interval)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION app.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'DELETE' and current_setting('zava.pruning_audit', true) = 'on' then
    return null;
  end if;
  raise exception 'the audit trail is only added to' using errcode = '42501';
end
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION app.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.updated_at := now();
  return new;
end
$function$
-- owner the owner
CREATE OR REPLACE FUNCTION retail.search_products_by_description(query_embedding ext.vector, similarity_threshold double precision DEFAULT 0.7, max_results integer DEFAULT 20)
 RETURNS TABLE(product_id uuid, product_name text, product_description text, similarity_score double precision)
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 WITH nearest AS MATERIALIZED (
          SELECT e.product_id AS id,
             (e.embedding_half OPERATOR(ext.<=>) (search_products_by_description.query_embedding)::ext.halfvec(1536)) AS distance
            FROM retail.product_description_embeddings e
           ORDER BY (e.embedding_half OPERATOR(ext.<=>) (search_products_by_description.query_embedding)::ext.halfvec(1536))
          LIMIT LEAST(GREATEST(search_products_by_description.max_results, 0), 1000)
         )
  SELECT p.product_id,
     p.product_name,
     p.product_description,
     ((1)::double precision - n.distance)
    FROM (nearest n
      JOIN retail.products p ON ((p.product_id = n.id)))
   WHERE (((1)::double precision - n.distance) >= search_products_by_description.similarity_threshold)
   ORDER BY (n.distance + (0)::double precision), p.product_id;
END
-- owner the owner
CREATE OR REPLACE FUNCTION tenancy.add_key(p_key_id text, p_purpose text, p_key bytea)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  padded bytea := case when octet_length(p_key) > 64 then sha256(p_key) else p_key end;
  inner_block bytea;
  outer_block bytea;
begin
  if p_key is null or octet_length(p_key) < 32 then
    raise exception 'a signing key needs at least 32 bytes' using errcode = '22023';
  end if;
  padded := padded || decode(repeat('00', 64 - octet_length(padded)), 'hex');
  inner_block := padded;
  outer_block := padded;
  for i in 0..63 loop
    inner_block := set_byte(inner_block, i, get_byte(padded, i) # 54);
    outer_block := set_byte(outer_block, i, get_byte(padded, i) # 92);
  end loop;
  if exists (select from tenancy.signing_keys k where k.key_id = p_key_id and k.purpose <> p_purpose) then
    raise exception 'key % has another purpose', p_key_id using errcode = '22023';
  end if;
  insert into tenancy.signing_keys as k (key_id, purpose, inner_block, outer_block)
  values (p_key_id, p_purpose, inner_block, outer_block)
  on conflict (key_id) do update
    set inner_block = excluded.inner_block, outer_block = excluded.outer_block, not_after = 'infinity';
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.confirm_plan(p_planned_at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED
AS $function$
begin
  if (p_planned_at operator(pg_catalog.=) pg_catalog.transaction_timestamp()) is not true then
    raise exception 'this plan was made in another transaction' using errcode = 'ZV008';
  end if;
  return p_planned_at;
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.get_current_user_id()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  part text[] := tenancy.read_context();
begin
  return part[2]::uuid;
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.get_current_user_store()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  stores uuid[] := tenancy.get_user_store_list();
begin
  if cardinality(stores) <> 1 then
    raise exception 'this user has not exactly one store' using errcode = 'ZV007';
  end if;
  return stores[1];
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.get_user_store_list()
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  part text[] := tenancy.read_context();
begin
  if part[3] = 'head_office' then
    return coalesce((select array_agg(s.store_id) from retail.stores s), '{}');
  end if;
  return part[6]::uuid[];
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.is_in_scope(p_store_id uuid, p_scope tenancy.scope)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (p_scope).every_store THEN true WHEN (cardinality((p_scope).store_ids) = 1) THEN (p_store_id = (p_scope).store_ids[1]) ELSE (p_store_id = ANY ((p_scope).store_ids)) END
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.is_signed(p_key_id text, p_purpose text, p_message text, p_mac_hex text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Compares digests of the digests, so that no byte-wise timing tells how much of a forged one was right.
  return coalesce(
    p_mac_hex ~ '^[0-9a-f]{64}$'
      and sha256('\x01'::bytea || tenancy.mac(p_key_id, p_purpose, p_message))
        = sha256('\x01'::bytea || decode(p_mac_hex, 'hex')),
    false);
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.mac(p_key_id text, p_purpose text, p_message text)
 RETURNS bytea
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  key record;
begin
  select k.inner_block, k.outer_block into key from tenancy.signing_keys k
   where k.key_id = p_key_id and k.purpose = p_purpose and k.not_after > clock_timestamp();
  return sha256(key.outer_block || sha256(key.inner_block || convert_to(p_message, 'UTF8')));
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.place_and_time()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
BEGIN ATOMIC
 SELECT (((pg_backend_pid())::text || '.'::text) || (((EXTRACT(epoch FROM transaction_timestamp()) * (1000000)::numeric))::bigint)::text);
END
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.planned_at()
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL RESTRICTED
AS $function$
begin
  return pg_catalog.transaction_timestamp();
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.read_context()
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  part text[] := string_to_array(current_setting('zava.context', true), '.');
begin
  if (cardinality(part) = 7 and part[1] = 'c2' and part[4] || '.' || part[5] = tenancy.place_and_time()
      and tenancy.is_signed('context', 'context', array_to_string(part[1:6], '.'), part[7])) is not true then
    raise exception 'no valid tenant context' using errcode = 'ZV004';
  end if;
  return part;
end
$function$
-- owner zava_verifier
CREATE OR REPLACE FUNCTION tenancy.scope_when_planned()
 RETURNS tenancy.scope
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  part text[] := tenancy.read_context();
begin
  return row(part[3] = 'head_office', part[6]::uuid[])::tenancy.scope;
end
$function$
-- owner zava_verifier

-- comments
app.audit_head: Begin and end of the audit chain
app.audit_log: Who asked what, when, and what was returned; hash-chained, only added to
app.data_changes: Trail of data imports
app.demo_data: Which demo data set lies here, if one does
app.identities: Under which issuer and subject a user signs in
app.switches: What an operator has opened or closed for everybody
app.users: People and services that may ask; role decides how their stores are found
retail.categories: Product categories, shared by all stores
retail.customers: Customers of one store; a person who shops at two stores has two rows
retail.customers.email: Unique within a store
retail.inventory: Stock of a product at a store, now
retail.inventory.stock_level: Units on hand
retail.inventory.reorder_point: Reorder when stock_level falls to this
retail.order_items: Lines of an order
retail.order_items.unit_price: Price per unit as sold, before discount
retail.order_items.discount_percent: Discount on the line, 0 to 100
retail.order_items.discount_amount: Discount on the line in money
retail.order_items.total_amount: quantity * unit_price - discount_amount
retail.orders: Orders; net sales counts completed and, negative, returned ones
retail.orders.order_date: When the order was placed (UTC; use the store's time zone for days)
retail.orders.status: pending, completed, cancelled or returned
retail.orders.total_amount: Sum of the order's items after discount
retail.product_description_embeddings: Embedding of each product's name, type, category and description
retail.product_description_embeddings.embedding_half: The same at half precision, for search
retail.product_types: Product types within a category, shared by all stores
retail.products: Product catalogue, shared by all stores
retail.products.cost: Purchase cost per unit
retail.products.base_price: List price per unit, without tax
retail.products.gross_margin_percent: (base_price - cost) / base_price * 100
retail.products.discontinued_at: When the product left the range; null while it is sold
retail.products.search_text: Text search vector of name, SKU and description (English)
retail.stores: Stores, physical and online; you see your own
retail.stores.region: Sales region that a regional manager may be responsible for
retail.stores.manager_id: User id of the store's manager
retail.stores.is_online: True for the web shop
retail.stores.time_zone: IANA time zone in which the store's days begin and end
