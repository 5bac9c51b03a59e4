--! name: let free SQL take turns
--! why: four long statements of one user made everybody else's questions five times as slow, two made them two and a half times as
--!      slow; one does not double them
--! locks: none that anyone waits for
--! undo: drop function api.take_turn; delete its row from tenancy.callable_functions
--! requires: 0030

-- Asked between the gate and a caller's statement. Of one user's statements, in whichever sessions, one runs long: it holds the
-- turn, an advisory lock that ends with its transaction. Beside it one other at a time may run for p_quick_ms if it is a first try,
-- for a half or a third of that when one or two are waiting for the turn, not at all when there are more. What is not done by then
-- is asked again, and waits in line for at most p_wait_ms. Sets the time limit of the statements that follow; raises ZV022 for one
-- that has waited in vain.
create function api.take_turn(p_is_first_try boolean, p_limit_ms integer, p_quick_ms integer, p_wait_ms integer) returns void
language plpgsql volatile parallel unsafe security invoker
as $$
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
$$;
alter function api.take_turn owner to zava_verifier;
grant execute on function api.take_turn(boolean, integer, integer, integer) to zava_mcp;
insert into tenancy.callable_functions (signature, why)
values ('api.take_turn(boolean,integer,integer,integer)', 'lets the long statements of one user run one after the other');
