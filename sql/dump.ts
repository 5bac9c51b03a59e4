import type { OwnerPool } from './connect.ts'

/**
 * Writes what the migrations made, object by object, in a fixed order: the golden dump that CI compares. Reads the
 * catalogue and nothing else; the same on every run, whatever order the objects were made in.
 */

const SCHEMAS = "('api', 'app', 'ext', 'retail', 'tenancy')"

/** Each query returns one column `line`, already in its final order. */
const PARTS: readonly { readonly title: string; readonly sql: string }[] = [
  {
    title: 'roles',
    sql: `select format('role %s: %s', rolname, concat_ws(', ',
            case when rolcanlogin then 'login' else 'nologin' end, case when rolinherit then 'inherit' else 'noinherit' end,
            case when rolsuper then 'superuser' end, case when rolbypassrls then 'bypassrls' end,
            case when rolcreaterole then 'createrole' end, case when rolcreatedb then 'createdb' end)) as line
            from pg_roles where rolname in ('zava_mcp', 'zava_verifier')
          union all
          select format('role %s set %s', rolname, setting) from pg_roles, unnest(rolconfig) setting where rolname = 'zava_mcp'
          order by 1`,
  },
  {
    title: 'schemas',
    sql: `select format('schema %s, owner %s', nspname, case when pg_get_userbyid(nspowner) = 'zava_verifier' then 'zava_verifier' else 'the owner' end) as line
            from pg_namespace where nspname in ${SCHEMAS} order by 1`,
  },
  {
    title: 'tables',
    sql: `select format('table %s.%s%s%s', n.nspname, c.relname,
                   case when c.relrowsecurity then ', row security enabled' else '' end,
                   case when c.relforcerowsecurity then ' and forced' else '' end) || E'\\n' ||
                 (select string_agg(format('  %s %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                           case when a.attnotnull then ' not null' else '' end,
                           case when a.attgenerated = 's' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
                                when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end,
                           ' with (' || array_to_string(a.attoptions, ', ') || ')'), E'\\n' order by a.attnum)
                    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as line
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname in ${SCHEMAS} and c.relkind = 'r' order by n.nspname, c.relname`,
  },
  {
    title: 'constraints',
    sql: `select format('%s: %s %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid)) as line
            from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
           where n.nspname in ${SCHEMAS} and contype in ('p', 'u', 'f', 'c') order by 1`,
  },
  {
    title: 'indexes',
    sql: `select indexdef as line from pg_indexes where schemaname in ${SCHEMAS} order by schemaname, tablename, indexname`,
  },
  {
    title: 'triggers',
    sql: `select pg_get_triggerdef(t.oid) as line from pg_trigger t join pg_class c on c.oid = t.tgrelid
            join pg_namespace n on n.oid = c.relnamespace
           where n.nspname in ${SCHEMAS} and not tgisinternal order by 1`,
  },
  {
    title: 'policies',
    sql: `select format('policy %s on %s.%s for %s to %s using %s', policyname, schemaname, tablename, lower(cmd),
                   array_to_string(array(select case when r in ('zava_mcp', 'zava_verifier') then r::text else 'the owner' end from unnest(roles) r), ', '), qual) as line
            from pg_policies where schemaname in ${SCHEMAS} order by 1`,
  },
  {
    title: 'grants',
    sql: `select format('grant %s (%s) on %s to %s', p.privilege_type, string_agg(p.column_name, ', ' order by a.attnum),
                   p.table_schema || '.' || p.table_name, p.grantee) as line
            from information_schema.column_privileges p
            join pg_attribute a on a.attrelid = format('%I.%I', p.table_schema, p.table_name)::regclass and a.attname = p.column_name
           where p.table_schema in ${SCHEMAS} and p.grantee in ('zava_mcp', 'PUBLIC')
              or p.table_schema in ('app', 'retail') and p.grantee = 'zava_verifier'
           group by p.privilege_type, p.table_schema, p.table_name, p.grantee
          union all
          select format('grant usage on schema %s to %s', n.nspname, r.rolname)
            from pg_namespace n, pg_roles r
           where n.nspname in ${SCHEMAS} and r.rolname in ('zava_mcp', 'zava_verifier') and has_schema_privilege(r.oid, n.oid, 'usage')
          union all
          select format('grant execute on %s to %s', p.oid::regprocedure, r.rolname)
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace, pg_roles r
           where n.nspname in ('api', 'app', 'retail', 'tenancy') and r.rolname = 'zava_mcp' and has_function_privilege(r.oid, p.oid, 'execute')
          order by 1`,
  },
  {
    title: 'functions',
    sql: `select pg_get_functiondef(p.oid) || case when pg_get_userbyid(p.proowner) = 'zava_verifier' then '-- owner zava_verifier' else '-- owner the owner' end as line
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
           where n.nspname in ('api', 'app', 'retail', 'tenancy') order by p.oid::regprocedure::text`,
  },
  {
    title: 'comments',
    sql: `select format('%s%s: %s', c.oid::regclass, coalesce('.' || a.attname, ''), d.description) as line
            from pg_description d join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass
            join pg_namespace n on n.oid = c.relnamespace
            left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
           where n.nspname in ${SCHEMAS} order by c.oid::regclass::text, d.objsubid`,
  },
]

/** Returns the dump of a migrated database as text. */
export async function dumpSchema(pool: OwnerPool): Promise<string> {
  const client = await pool.connect()
  try {
    // Without it, names would be written shorter where the search path happens to reach.
    await client.query('begin; set local search_path = pg_catalog')
    const parts: string[] = ['-- Written by `npm run schema` from the migrations; never edited by hand.']
    for (const { title, sql } of PARTS) {
      const { rows } = await client.query(sql)
      parts.push(`-- ${title}\n${rows.map((row) => String(row.line).trimEnd()).join('\n')}`)
    }
    await client.query('rollback')
    return `${parts.join('\n\n')}\n`
  } finally {
    client.release()
  }
}
