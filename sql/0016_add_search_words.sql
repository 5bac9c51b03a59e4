--! name: add search words
--! why: the search by words forgives typing errors and knows part numbers, without an extension in the service's reach
--! locks: share row exclusive on categories, product types and products while their words are collected
--! undo: drop function api.read_search_words; drop trigger collect_inserted_words, collect_updated_words on the three
--!       tables; drop function app.collect_product_words, app.near_spellings; drop table app.product_words;
--!       drop index retail.products_by_part_number
--! requires: 0010

-- A word and every word that comes of leaving out one letter: two words that share one of these differ by one letter left
-- out, added, changed, or swapped with its neighbour.
create function app.near_spellings(p_word text) returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select array_agg(distinct spelling)
    from (select p_word as spelling
          union all
          select overlay(p_word placing '' from i for 1) from generate_series(1, length(p_word)) i) s
$$;

-- The catalogue's vocabulary. A word that no product has any more does no harm here: it finds nothing.
create table app.product_words (
  word text primary key,
  -- As the text search vectors hold it.
  lexeme text not null,
  near_spellings text[] not null
);
create index product_words_by_lexeme on app.product_words (lexeme);
create index product_words_by_near_spelling on app.product_words using gin (near_spellings);
revoke all on app.product_words from public;
grant select on app.product_words to zava_verifier;

-- Runs once per statement; its argument is the expression that makes a text of a changed row.
create function app.collect_product_words() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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
$$;

do $$
declare
  source record;
begin
  for source in select * from (values
    ('categories', 'category_name'),
    ('product_types', 'type_name'),
    ('products', 'product_name || '' '' || product_description')) s (table_name, content) loop
    execute format('create trigger collect_inserted_words after insert on retail.%I referencing new table as changed
                      for each statement execute function app.collect_product_words(%L)', source.table_name, source.content);
    execute format('create trigger collect_updated_words after update on retail.%I referencing new table as changed
                      for each statement execute function app.collect_product_words(%L)', source.table_name, source.content);
    execute format($sql$
      insert into app.product_words (word, lexeme, near_spellings)
      select word, lexeme, app.near_spellings(word)
        from (select distinct w.lexeme as word from retail.%I, unnest(to_tsvector('simple', %s)) w
               where w.lexeme ~ '^[[:alpha:]]{2,40}$') found,
             lateral (select e.lexeme from unnest(to_tsvector('english', word)) e limit 1) stemmed
      on conflict do nothing $sql$, source.table_name, source.content);
  end loop;
end
$$;

-- "pf-ip 0001" and PFIP0001 are the same part number.
create index products_by_part_number on retail.products (upper(regexp_replace(sku, '[^[:alnum:]]', '', 'g')) text_pattern_ops);

-- Reads a shopper's words (lower case, in order, 40 at most): each becomes a term with one or more things to ask for, or, when
-- the catalogue knows nothing like it, a term with nothing to ask for, because what was not found counts too. A known word is
-- asked for as it is; "paintbrush" in its two parts, "screw driver" as one word; otherwise the known words that differ by one
-- letter, of the word or of it and its neighbour. `trust` is 1 for the word itself, less for a guess; `worth` is less for numbers than for words. Shared catalogue only.
create function api.read_search_words(p_words text[])
returns table (term integer, asked tsquery, in_name tsquery, trust double precision, worth double precision)
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
alter function api.read_search_words owner to zava_verifier;
grant execute on function api.read_search_words(text[]) to zava_mcp;
grant execute on function app.near_spellings(text) to zava_verifier;
insert into tenancy.callable_functions (signature, why) values
  ('api.read_search_words(text[])', 'what product search makes of the words that a shopper typed');
