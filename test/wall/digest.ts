import type { Row } from './door.ts'
import type { Place } from './place.ts'

/**
 * Row counts and the newest change of every table, and how many objects and rights there are. Of the roles, which a server's
 * databases share, only ours and the one that attacks would make: other tests make some of their own meanwhile.
 */
export async function digest({ owner }: Place): Promise<Row[][]> {
  const [tables = []] = await owner.run([
    `select format('select %L as name, count(*) as rows, max(xmin::text::bigint) as newest from %I.%I', c.relname, n.nspname, c.relname) as sql
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('retail', 'app', 'tenancy', 'migration') and c.relkind in ('r', 'p') and has_table_privilege(c.oid, 'select')
      order by 1`,
  ])
  return owner.run([
    ...tables.map(({ sql }) => String(sql)),
    `select count(*) as objects, md5(string_agg(format('%s %s %s', oid, relacl, relrowsecurity), ',' order by oid)) as rights
       from pg_class where relnamespace::regnamespace::text in ('retail', 'app', 'tenancy', 'migration', 'api', 'ext', 'public')`,
    `select md5(string_agg(pg_policy::text, ',' order by oid)) as policies from pg_policy`,
    `select md5(string_agg(format('%s %s %s', rolname, rolsuper, rolbypassrls), ',' order by oid)) as roles from pg_roles
       where rolname in ('zava_mcp', 'zava_owner', 'zava_verifier', 'mine')`,
    `select rolconfig from pg_roles where rolname = 'zava_mcp'`,
  ])
}
