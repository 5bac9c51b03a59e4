--! name: weigh what is collected
--! why: a list of a dozen grouped rows was refused where the rows that were grouped are many: at 200,000 orders most lists, for
--!      whoever sees all stores every one; and the planner took the months of an order's date for as many as there are orders
--! locks: SHARE UPDATE EXCLUSIVE on retail.orders and order_items, for their statistics; nobody waits but another ANALYZE
--! undo: alter table retail.orders alter order_date reset (n_distinct), alter created_at reset (n_distinct); alter table
--!       retail.order_items alter created_at reset (n_distinct); analyze retail.orders, retail.order_items; restore
--!       api.gate(text,text,boolean) from 0030; drop function api.gate(text,text,integer), api.row_slack, api.group_limit,
--!       api.columns_of_key, api.collects; delete their rows from tenancy.callable_functions
--! requires: 0038

-- Orders are grouped and joined by day, week, month or year, hardly ever by the moment itself. The planner counts moments, of
-- which each order has its own, and expected as many months as orders: `join … on b.month = a.month - interval '1 month'` was
-- refused as billions of rows. A year of days lies between the days and the months of some years.
alter table retail.orders alter order_date set (n_distinct = 365), alter created_at set (n_distinct = 365);
alter table retail.order_items alter created_at set (n_distinct = 365);
analyze retail.orders (order_date, created_at);
analyze retail.order_items (created_at);

-- Whether a step of a plan puts rows together into a list, a text or a document, or hands such a value on.
create function api.collects(p_step json) returns boolean
language sql immutable parallel safe
return coalesce((p_step ->> 'Output') ~* 'agg\w*\(', false);

-- The columns of tables that a key of a grouping is made of; null when it is made of anything else. p_tables: by their names in
-- this plan. Of the moment of an order only what has days at the shortest counts, for which its number of values was chosen.
create function api.columns_of_key(p_key text, p_tables jsonb) returns text[]
language sql immutable parallel safe
return (
  with names as (
    select string_agg(name, '|') as list from jsonb_object_keys(p_tables) name
  ), moments as (
    select regexp_replace(
             regexp_replace(p_key, '\m(\w+\.(order_date|created_at))\M', '\1_moment', 'g'),
             '\((\w+\.\w+_moment) AT TIME ZONE (''[^'']*''::text|\w+\.\w+)\)', '\1', 'g') as key
  ), days as (
    select regexp_replace(regexp_replace(regexp_replace(regexp_replace(key,
             'date_trunc\(''(?:day|week|month|quarter|year)''::text, (\w+\.\w+)_moment\)', '\1', 'g'),
             'EXTRACT\((?:year|quarter|month|week|day|dow|isodow|doy|hour) FROM (\w+\.\w+)_moment\)', '\1', 'g'),
             'to_char\((\w+\.\w+)_moment, ''[-/. YMDQIW]+''::text\)', '\1', 'g'),
             '\((\w+\.\w+)_moment\)::date\M', '\1', 'g') as key
      from moments
  ), plain as (
    select regexp_replace(key, '''([^'']|'''')*''', '', 'g') as key from days
  )
  select case when regexp_replace(key, '\m(' || list || ')\.\w+', '', 'g') !~ '[."$]|SubPlan|InitPlan' and key !~ '_moment' and key ~ '\.'
           then (select array_agg(distinct found[1])
                   from regexp_matches(key, '\m((?:' || list || ')\.\w+)', 'g') found)
         end
    from plain, names);

-- How many rows a step makes at most that puts rows together: one, or one per value of its keys, each column counted by the planner
-- where it comes from; through sub-queries it falls back to a guess. Null when nobody knows, and for every other step.
create function api.group_limit(p_step json, p_tables jsonb) returns double precision
language plpgsql volatile parallel unsafe security invoker
as $$
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
$$;

-- How many times more rows a step may have than the planner expects, because it cannot estimate one of the step's conditions:
-- those of its whole table, of all that it filters, of every pair that it joins; or because it groups by what it cannot count. 1
-- for a step that it can estimate; null when nobody knows. p_read: rows of the query in WITH that the step reads. p_groups: what
-- api.group_limit says of it.
create function api.row_slack(p_step json, p_read double precision, p_groups double precision) returns double precision
language sql stable parallel safe
return (
  with input as (
    select max((child ->> 'Plan Rows')::float8) filter (where child ->> 'Parent Relationship' <> 'Inner') as rows,
           max((child ->> 'Plan Rows')::float8) filter (where child ->> 'Parent Relationship' = 'Inner') as inner_rows
      from json_array_elements(p_step -> 'Plans') child
     where child ->> 'Parent Relationship' not in ('InitPlan', 'SubPlan')
  )
  select case
           when p_step ->> 'Node Type' in ('Aggregate', 'Group')
             then greatest(1, least(rows, p_groups) / greatest((p_step ->> 'Plan Rows')::float8, 1))
           when api.is_estimated(coalesce(p_step ->> 'Filter', ''), false)
                and api.is_estimated(coalesce(p_step ->> 'Join Filter', ''), true)
                and api.is_estimated(coalesce(p_step ->> 'Hash Cond', ''), true)
                and api.is_estimated(coalesce(p_step ->> 'Merge Cond', ''), true) then 1
           else greatest(1,
             case
               when p_step ->> 'Relation Name' is not null then
                 (select nullif(c.reltuples, -1) from pg_class c
                   where c.oid = to_regclass(format('%I.%I', p_step ->> 'Schema', p_step ->> 'Relation Name')))
               when p_step ->> 'Join Type' is null or p_step ->> 'Join Type' in ('Semi', 'Anti') or p_step ->> 'Inner Unique' = 'true'
                 then coalesce(rows, p_read)
               else rows * inner_rows
             end / greatest((p_step ->> 'Plan Rows')::float8, 1))
         end
    from input);

-- Raises ZV022 when eight statements of this user are under way, in whichever sessions: each holds one of eight places, an
-- advisory lock that ends with its transaction. Raises ZV010 (message: "too much" or "aggregate") for a statement that is
-- expected to be too much: more than 250,000 units of the planner's cost, or 1,000,000 rows in any step. Where rows are
-- collected into one value, and each adds p_collected_bytes, no step make more than 128 MiB of it, nor have 64 MB itself,
-- with the slack of all steps that it rests on (of joins from 3,000 units of cost on); what was condensed before it is collected does not count. Where nobody knows the
-- slack, 3,000 units of cost (some 100,000 rows looked at). Of each, once to twice as much, as this text is granted.
create function api.gate(p_sql text, p_signature text, p_collected_bytes integer) returns void
language plpgsql volatile parallel unsafe security invoker
as $$
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
$$;

-- As the release before this one asks.
create or replace function api.gate(p_sql text, p_signature text, p_collects_rows boolean) returns void
language sql volatile parallel unsafe security invoker
begin atomic
  select api.gate(p_sql, p_signature, case when p_collects_rows then 2400 else 0 end);
end;

alter function api.collects owner to zava_verifier;
alter function api.columns_of_key owner to zava_verifier;
alter function api.group_limit owner to zava_verifier;
alter function api.row_slack owner to zava_verifier;
alter function api.gate(text, text, integer) owner to zava_verifier;
grant execute on function api.collects(json), api.columns_of_key(text, jsonb), api.group_limit(json, jsonb),
  api.row_slack(json, double precision, double precision), api.gate(text, text, integer) to zava_mcp;
insert into tenancy.callable_functions (signature, why) values
  ('api.collects(json)', 'called by the cost gate; looks at its arguments only'),
  ('api.columns_of_key(text,jsonb)', 'called by the cost gate; looks at its arguments only'),
  ('api.group_limit(json,jsonb)', 'called by the cost gate; explains a grouping of one table, as the caller'),
  ('api.row_slack(json,double precision,double precision)', 'called by the cost gate; looks at its arguments and at how many rows tables have'),
  ('api.gate(text,text,integer)', 'the cost gate of free SQL');
