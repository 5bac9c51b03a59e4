--! name: confirm plans at no guess
--! why: the planner takes a condition that it cannot know for true in one row of two, so that the half of a policy which confirms
--!      the plan halved the estimate of every table; a test for null it takes for true
--! locks: access exclusive on each tenant table, for an instant
--! undo: restore tenancy.is_planned_now, the policies and the form of policies in api.posture from 0028
--! requires: 0028

-- Returns when the plan was made, in the transaction that made it; raises ZV008 in every other: a kept plan holds the stores of
-- whoever made it. Null is no answer: the policies show nothing then.
create function tenancy.confirm_plan(p_planned_at timestamptz) returns timestamptz
language plpgsql stable parallel restricted
as $$
begin
  if (p_planned_at operator(pg_catalog.=) pg_catalog.transaction_timestamp()) is not true then
    raise exception 'this plan was made in another transaction' using errcode = 'ZV008';
  end if;
  return p_planned_at;
end
$$;
alter function tenancy.confirm_plan owner to zava_verifier;
grant execute on function tenancy.confirm_plan(timestamptz) to zava_mcp;

do $$
declare
  one record;
  old_form constant text := (select distinct replace(qual, '''', '''''') from pg_policies where 'zava_mcp' = any (roles));
  source constant text := pg_get_functiondef('api.posture(text)'::regprocedure);
begin
  for one in select * from pg_policies where 'zava_mcp' = any (roles) loop
    execute format('alter policy %I on %I.%I using (tenancy.is_in_scope(store_id, tenancy.scope_when_planned())
                      and (select tenancy.confirm_plan(tenancy.planned_at())) is not null)',
                   one.policyname, one.schemaname, one.tablename);
  end loop;

  if position(old_form in source) = 0 then
    raise exception 'api.posture does not hold the form of policies that this migration replaces';
  end if;
  execute replace(source, old_form,
    (select distinct replace(qual, '''', '''''') from pg_policies where 'zava_mcp' = any (roles)));
end
$$;

drop function tenancy.is_planned_now(timestamptz);
update tenancy.callable_functions set signature = 'tenancy.confirm_plan(timestamp with time zone)'
 where signature = 'tenancy.is_planned_now(timestamp with time zone)';
