--! name: bound free SQL per user
--! why: a session lets four queries run at once, but a user may have many sessions; and the gate's verdict, asked again and
--!      again with a moving threshold, told the planner's estimate to the digit
--! locks: none that anyone waits for
--! undo: restore api.gate from 0009; drop function api.gate_share; delete its row from tenancy.callable_functions
--! requires: 0010

-- Raises ZV001 unless the Worker signed this very text a moment ago. Returns the factor on the gate's limits, 1 to 2, that
-- holds for this user and text: always the same, so that asking again changes nothing, but not to be foreseen, so that a verdict
-- tells the planner's estimate, which knows of rows that row security hides, within a factor of two.
create function api.gate_share(p_sql text, p_signature text) returns double precision
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  draw bytea;
begin
  if not api.is_our_statement(p_sql, p_signature) then
    raise exception 'not a statement of ours' using errcode = 'ZV001';
  end if;
  draw := tenancy.mac('context', 'context', 'share:' || tenancy.get_current_user_id() || ':' || p_sql);
  return 1 + (get_byte(draw, 0) * 256 + get_byte(draw, 1)) / 65536.0;
end
$$;
alter function api.gate_share owner to zava_verifier;
grant execute on function api.gate_share(text, text) to zava_mcp;
insert into tenancy.callable_functions (signature, why)
values ('api.gate_share(text,text)', 'how much of its limits the cost gate grants a text');

-- Raises ZV022 when eight statements of this user are under way, in whichever sessions: each holds one of eight places, an
-- advisory lock that ends with its transaction. Raises ZV010 (message: "too much" or "aggregate") for a statement that is
-- expected to be too much: more than 250,000 units of the planner's cost, or 1,000,000 rows in any step; where rows are
-- collected into one value, 100,000 rows or 32 MB; of each, once to twice as much, as this text is granted.
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
    select plan -> 0 -> 'Plan' as node, true as is_top
    union all
    select child, false from step, json_array_elements(step.node -> 'Plans') child
  ), measured as (
    select (node ->> 'Total Cost')::float8 / share as cost, (node ->> 'Plan Rows')::float8 / share as rows,
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
