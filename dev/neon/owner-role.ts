/** The role that owns the application's database, with the rights that Neon gives to its owner and no more. */
export const OWNER = 'zava_owner'

/**
 * Statements that make or renew the owner on a server where we are superuser. Safe to repeat.
 *
 * @param password consists of characters that need no quoting
 * @param database the database it shall own
 */
export function ownerRoleSql(password: string, database: string): string {
  const name = `"${database.replaceAll('"', '""')}"`
  return `
    do $$ begin
      if not exists (select from pg_catalog.pg_roles where rolname = '${OWNER}') then create role ${OWNER}; end if;
    end $$;
    alter role ${OWNER} login createrole createdb bypassrls nosuperuser password '${password}';
    alter database ${name} owner to ${OWNER};
    grant create on database ${name} to ${OWNER};
    alter schema public owner to ${OWNER};`
}
