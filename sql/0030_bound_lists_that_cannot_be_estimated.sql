--! name: bound lists that cannot be estimated
--! why: the planner takes `quantity % 1 = 0` for true in one row of two hundred; a list collected behind such a condition passed
--!      the gate as two thousand rows and took 400 MiB
--! locks: none that anyone waits for
--! undo: restore api.gate from 0011; drop function api.is_estimated; delete its row from tenancy.callable_functions
--! requires: 0011

-- Whether the planner knows what share of the rows meets a condition, as EXPLAIN writes it (in Postgres' own form, whatever the
-- caller wrote): columns against constants, put together with AND and OR; between tables, columns against columns.
create function api.is_estimated(p_condition text, p_joins boolean) returns boolean
language sql immutable parallel safe
return regexp_replace(regexp_replace(regexp_replace(
         p_condition,
         -- constants, with the cast that EXPLAIN puts behind them
         '''([^'']|'''')*''(::[a-z ]+(\([0-9,]+\))?(\[\])?)?|\m[0-9.]+\M|\mtrue\M|\mfalse\M', '?', 'g'),
         case when p_joins then '\((\w+\.)?\w+ (=|<>|<|>|<=|>=) (\w+\.)?\w+\)|' else '' end
           || '\((\w+\.)?\w+ (=|<>|<|>|<=|>=|~~|!~~|~~\*|!~~\*) (ANY )?\(?\?\)?(::numeric)?\)|\((\w+\.)?\w+ IS (NOT )?NULL\)'
           -- what a policy adds
           || '|\(+InitPlan \?\)\.col1 IS NOT NULL\)|\(\$[0-9?]+ IS NOT NULL\)', '', 'g'),
         '\m(AND|OR)\M|[() ]', '', 'g') = '';

-- Raises ZV022 when eight statements of this user are under way, in whichever sessions: each holds one of eight places, an
-- advisory lock that ends with its transaction. Raises ZV010 (message: "too much" or "aggregate") for a statement that is
-- expected to be too much: more than 250,000 units of the planner's cost, or 1,000,000 rows in any step; where rows are
-- collected into one value, 100,000 rows or 32 MB, and 3,000 units (some 100,000 rows looked at) behind a condition that the
-- planner cannot estimate; of each, once to twice as much, as this text is granted.
create or replace function api.gate(p_sql text, p_signature text, p_collects_rows boolean) returns void
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

  execute 'explain (format json) ' || p_sql into plan;
  with recursive step as (
    select plan -> 0 -> 'Plan' as node, true as is_top, false as is_callers
    union all
    -- The wrapper's own steps, its cut by bytes among them, end with the first window.
    select child, false, step.is_callers or step.node ->> 'Node Type' = 'WindowAgg'
      from step, json_array_elements(step.node -> 'Plans') child
  ), measured as (
    select (node ->> 'Total Cost')::float8 / share as cost, (node ->> 'Plan Rows')::float8 / share as rows,
           (node ->> 'Plan Width')::float8 as width, is_top,
           p_collects_rows and is_callers and not (
             coalesce(api.is_estimated(node ->> 'Filter', false), true)
             and coalesce(api.is_estimated(node ->> 'Join Filter', true), true)
             and coalesce(api.is_estimated(node ->> 'Hash Cond', true), true)
             and coalesce(api.is_estimated(node ->> 'Merge Cond', true), true)) as is_vague
      from step
  )
  select case
           when bool_or(is_top and cost > 250000 or rows > 1000000) then 'too much'
           when p_collects_rows and bool_or(rows > 100000 or rows * greatest(width, 32) > 32000000) then 'aggregate'
           when bool_or(is_vague) and bool_or(is_top and cost > 3000) then 'aggregate'
         end
    into finding from measured;
  if finding is not null then
    raise exception '%', finding using errcode = 'ZV010';
  end if;
end
$$;

alter function api.is_estimated owner to zava_verifier;
grant execute on function api.is_estimated(text, boolean) to zava_mcp;
insert into tenancy.callable_functions (signature, why)
values ('api.is_estimated(text,boolean)', 'called by the cost gate; looks at its arguments only');
