--! name: let a shared backend have temporary tables
--! why: Postgres lets everyone use the temporary schema of the backend they are in. The embedded one has one backend for all, so that
--!      after an import, which keeps its lines in temporary tables, the posture check refused to serve until the next start
--! locks: none that anyone waits for
--! undo: restore api.posture from 0029
--! requires: 0029

do $$
declare
  known constant text := $known$nspname not in ('pg_catalog', 'information_schema', 'retail', 'ext', 'api')$known$;
  source constant text := pg_get_functiondef('api.posture(text)'::regprocedure);
begin
  if position(known in source) = 0 then
    raise exception 'api.posture does not hold the list of schemas that this migration adds to';
  end if;
  -- Whether the role may create in it, or read what lies there, is still asked.
  execute replace(source, known, known || ' and oid <> pg_my_temp_schema()');
end
$$;
