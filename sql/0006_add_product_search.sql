--! name: add product search
--! why: products are found by meaning (embedding) and by words (text search vector)
--! locks: access exclusive on products while the column is computed
--! undo: drop function retail.search_products_by_description; drop table retail.product_description_embeddings;
--!       alter table retail.products drop column search_text
--! requires: 0005

alter table retail.products add column search_text tsvector generated always as (
  setweight(to_tsvector('english', product_name), 'A')
  || setweight(to_tsvector('simple', sku), 'A')
  || setweight(to_tsvector('english', product_description), 'B')
) stored;
create index products_by_search_text on retail.products using gin (search_text);
grant select (search_text) on retail.products to zava_mcp;

create table retail.product_description_embeddings (
  product_id uuid primary key references retail.products on delete cascade,
  description_embedding ext.vector(1536) not null,
  model text not null check (length(model) between 1 and 120),
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  last_updated timestamptz not null default now(),
  -- Half the bytes, kept in the row: an exact scan reads this one. Up to about 20,000 products that scan is the best
  -- access path, exact under any filter; above, an HNSW index on this column takes over.
  embedding_half ext.halfvec(1536) generated always as (description_embedding::ext.halfvec(1536)) stored
);
alter table retail.product_description_embeddings alter column embedding_half set storage plain;
revoke all on retail.product_description_embeddings from public;
grant select (product_id, description_embedding, model, content_hash, last_updated, embedding_half)
  on retail.product_description_embeddings to zava_mcp;

-- Nearest products first, by cosine similarity (0 to 1). The threshold is applied to the nearest `max_results` only, which
-- changes nothing in the result and lets an index serve the order.
create function retail.search_products_by_description(
  query_embedding ext.vector(1536),
  similarity_threshold double precision default 0.7,
  max_results integer default 20
) returns table (product_id uuid, product_name text, product_description text, similarity_score double precision)
language sql stable parallel safe security invoker
begin atomic
  with nearest as materialized (
    select e.product_id as id, e.embedding_half operator(ext.<=>) query_embedding::ext.halfvec(1536) as distance
      from retail.product_description_embeddings e
     order by e.embedding_half operator(ext.<=>) query_embedding::ext.halfvec(1536)
     limit least(greatest(max_results, 0), 1000)
  )
  select p.product_id, p.product_name, p.product_description, 1 - n.distance
    from nearest n join retail.products p on p.product_id = n.id
   where 1 - n.distance >= similarity_threshold
   order by n.distance + 0, p.product_id;
end;
grant execute on function retail.search_products_by_description(ext.vector, double precision, integer) to zava_mcp;
