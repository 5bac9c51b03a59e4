--! name: add the cost gate
--! why: a statement that the planner expects to be huge is refused inside the same transaction that would run it, and a
--!      caller can be told where a query's time went, without EXPLAIN being open to callers
--! locks: none that anyone waits for
--! undo: drop function api.explain, api.gate, api.is_our_statement
--! requires: 0008

-- Whether the Worker signed this very text a moment ago. EXPLAIN tells of rows that row security hides, so only texts that
-- the Worker itself has wrapped may be explained; a caller's own SQL cannot sign.
-- signature = g1.<key id>.<expiry, epoch seconds>.<mac, hex>
create function api.is_our_statement(p_sql text, p_signature text) returns boolean
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
alter function api.is_our_statement owner to zava_verifier;
grant execute on function api.is_our_statement(text, text) to zava_mcp;

-- Raises ZV010 (message: "too much" or "aggregate") for a statement that is expected to be too much: more than 250,000 units
-- of the planner's cost, or 1,000,000 rows in any step; where rows are collected into one value, 100,000 rows or 32 MB.
create function api.gate(p_sql text, p_signature text, p_collects_rows boolean) returns void
language plpgsql volatile parallel unsafe security invoker
as $$
declare
  plan json;
  finding text;
begin
  if not api.is_our_statement(p_sql, p_signature) then
    raise exception 'not a statement of ours' using errcode = 'ZV001';
  end if;
  execute 'explain (format json) ' || p_sql into plan;
  with recursive step as (
    select plan -> 0 -> 'Plan' as node, true as is_top
    union all
    select child, false from step, json_array_elements(step.node -> 'Plans') child
  ), measured as (
    select (node ->> 'Total Cost')::float8 as cost, (node ->> 'Plan Rows')::float8 as rows,
           (node ->> 'Plan Width')::float8 as width, is_top
      from step
  )
  select case
           when bool_or(is_top and cost > 250000 or rows > 1000000) then 'too much'
           when p_collects_rows and bool_or(rows > 100000 or rows * greatest(width, 32) > 32000000) then 'aggregate'
         end
    into finding from measured;
  if finding is not null then
    raise exception '%', finding using errcode = 'ZV010';
  end if;
end
$$;
alter function api.gate owner to zava_verifier;
grant execute on function api.gate(text, text, boolean) to zava_mcp;

-- Runs a statement of ours and returns the plan with what really happened; the Worker shows a summary of it.
create function api.explain(p_sql text, p_signature text) returns json
language plpgsql volatile parallel unsafe security invoker
as $$
declare
  plan json;
begin
  if not api.is_our_statement(p_sql, p_signature) then
    raise exception 'not a statement of ours' using errcode = 'ZV001';
  end if;
  execute 'explain (analyze, costs off, timing on, buffers off, summary on, format json) ' || p_sql into plan;
  return plan;
end
$$;
alter function api.explain owner to zava_verifier;
grant execute on function api.explain(text, text) to zava_mcp;
