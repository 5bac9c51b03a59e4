import { type Query, query } from '../db/query.ts'

/**
 * Ids of the products that a text means, as a subquery: the one with that number (SKU) or id, and those with the text in their
 * name; where there are none, those that have all of its words, in any form, in name and type, then in the category too:
 * "paint brushes" are the brushes among the paints.
 */
export function productsMeant(text: string, { orType = false }: { readonly orType?: boolean } = {}): Query {
  const inType = orType ? query` or strpos(lower(t.type_name), lower(${text})) > 0` : query``
  return query`
    with literal as materialized (
      select p.product_id from retail.products p join retail.product_types t on t.type_id = p.type_id
       where lower(p.sku) = lower(${text}) or p.product_id::text = lower(${text})
          or strpos(lower(p.product_name), lower(${text})) > 0${inType}),
    worded as materialized (
      select p.product_id,
             to_tsvector('english', p.product_name || ' ' || t.type_name) @@ plainto_tsquery('english', ${text}) as is_near
        from retail.products p join retail.product_types t on t.type_id = p.type_id
        join retail.categories c on c.category_id = p.category_id
       where not exists (select from literal)
         and to_tsvector('english', p.product_name || ' ' || t.type_name || ' ' || c.category_name)
             @@ plainto_tsquery('english', ${text}))
    select product_id from literal union all
    select product_id from worded where is_near or not exists (select from worded w where w.is_near)`
}

/** Ids of the categories that a text means, as a subquery: the one of that name, and where none is, those with the text in theirs. */
export function categoriesMeant(text: string): Query {
  return query`
    select meant.category_id from retail.categories meant
     where lower(meant.category_name) = lower(${text}::text) or strpos(lower(meant.category_name), lower(${text}::text)) > 0
       and lower(${text}::text) <> all (select lower(known.category_name) from retail.categories known)`
}
