/** Sentences for functions that are not on the list: a habit of another dialect, a class that is closed, or a slip. */
import { DIALECT_FUNCTIONS } from './dialects.ts'
import { FUNCTIONS, TYPES } from './lists.ts'
import { nearest } from './nearest.ts'
import type { Lesson } from './refusal.ts'

/** Closed classes: what the function would do, and what to do instead. The first match counts. */
const CLASSES: readonly { readonly pattern: RegExp; readonly effect: string; readonly hint: string }[] = [
  { pattern: /^pg_sleep/, effect: 'it only waits', hint: 'Leave it out.' },
  {
    pattern: /advisory|^pg_(try_)?lock/,
    effect: 'it would take locks',
    hint: 'Leave it out; a query reads a consistent state without locks.',
  },
  {
    pattern: /^(set_config|current_setting|pg_reload_conf|pg_show_all_settings|pg_settings|setseed)/,
    effect: 'it reads or changes settings',
    hint: 'Rows are already limited to your stores; leave it out.',
  },
  {
    pattern: /^(dblink|postgres_fdw|http|net_|inet_(server|client)|curl)/,
    effect: 'it would use the network',
    hint: 'Only the tables of this database can be read.',
  },
  {
    pattern: /(query|table|schema|database|cursor)_to_xml|^(ts_stat|ts_rewrite|ts_debug|execute|eval|query_to)/,
    effect: 'it would run SQL out of a text',
    hint: 'Write the inner query as a sub-query: SELECT … FROM (SELECT …) AS part.',
  },
  {
    pattern:
      /^(lo_|loread|lowrite|pg_read|pg_ls_|pg_stat_file|pg_file|pg_logdir|load_file|pg_current_logfile|pg_execute)/,
    effect: 'it would read files of the server',
    hint: 'Only the tables of this database can be read.',
  },
  {
    pattern:
      /^(pg_notify|pg_export|pg_switch|pg_create|pg_drop|pg_logical|pg_replication|pg_promote|pg_start|pg_stop|pg_backup|pg_wal|pg_copy|pg_advance|pg_stat_reset|pg_stat_statements|gin_|brin_)/,
    effect: 'it would change the state of the server',
    hint: 'This service is read only: send a query over the retail tables.',
  },
  {
    pattern: /^(pg_terminate|pg_cancel|pg_backend|pg_signal|pg_log_backend|pg_blocking|pg_safe_snapshot)/,
    effect: "it reaches into other people's sessions",
    hint: 'Leave it out.',
  },
  {
    pattern: /^(nextval|setval|currval|lastval|pg_sequence)/,
    effect: 'it reads or moves a counter',
    hint: 'Count rows with count(*), number them with row_number() OVER (ORDER BY …).',
  },
  {
    pattern:
      /^(current_user|session_user|system_user|user|current_role|current_catalog|current_database|current_schemas?|current_query|version|inet_|pg_conf|pg_my_temp|pg_postmaster|pg_is_|txid_|pg_current_|pg_snapshot|pg_xact)/,
    effect: 'it tells about the server, not about the stores',
    hint: 'Select store_name from stores to see which stores you can read.',
  },
  {
    pattern: /^(pg_|has_|to_reg|obj_description|col_description|shobj_|format_type|row_security)/,
    effect: 'it reads the system catalogue',
    hint: 'To learn about tables and columns call the tool get_multiple_table_schemas.',
  },
  {
    pattern: /xml|^xpath/,
    effect: 'XML is not available',
    hint: 'Build documents with jsonb_build_object and jsonb_agg.',
  },
  {
    pattern: /^jsonb?_(path|query|exists)/,
    effect: 'JSON paths multiply in memory',
    hint: "Read fields with document->'a'->>'b', lists with jsonb_array_elements(document).",
  },
  {
    pattern: /^jsonb?_(populate|to_record)/,
    effect: 'it turns documents into rows of any type',
    hint: "Read fields one by one: (document->>'price')::numeric.",
  },
  {
    pattern:
      /^(array_fill|factorial|sha\d+|encode|decode|digest|crypt|encrypt|pgp_|compress|convert_to|convert_from|string_agg_|normalize|ts_headline|quote_)/,
    effect: 'its memory or time has no bound',
    hint: 'Leave it out, or compute the value outside of the query.',
  },
  {
    pattern: /^(clock_timestamp|timeofday)$/,
    effect: 'it measures time while the query runs',
    hint: 'Write now() for the moment the query began.',
  },
  {
    pattern: /^(last_insert_id|scope_identity|found_rows|row_count|changes|sql_calc)/,
    effect: 'it asks about a statement before this one',
    hint: 'Every query stands alone; count rows with count(*).',
  },
]

const DIALECTS: ReadonlyMap<string, string> = new Map(
  DIALECT_FUNCTIONS.flatMap(({ names, write }) => names.split(' ').map((name) => [name, write])),
)

/** Returns the lesson for a function; `name` is written as the caller did, with its schema. */
export function teachFunction(written: string): Lesson {
  const name = written.replace(/^pg_catalog\./, '') // the grammar puts it before functions with a syntax of their own
  const bare = (name.split('.').at(-1) ?? name).toLowerCase()
  const dialect = DIALECTS.get(bare)
  if (dialect !== undefined) return { sentence: `${name}(…) is not available in this PostgreSQL.`, hint: dialect }

  const group = CLASSES.find(({ pattern }) => pattern.test(bare))
  if (group !== undefined)
    return { sentence: `The function ${name} is not available: ${group.effect}.`, hint: group.hint }

  if (name.includes('.') && FUNCTIONS.has(bare)) {
    return { sentence: `The function ${name} does not exist.`, hint: `Write ${bare}(…) without a schema.` }
  }
  if (TYPES.has(bare)) return { sentence: `${name} is a type, not a function here.`, hint: `Cast with value::${bare}.` }
  const near = nearest(bare, [...FUNCTIONS])
  return {
    sentence: `The function ${name || 'here'} is not on the list of functions for this service.`,
    hint:
      near.length === 0
        ? "Use PostgreSQL's usual aggregate, date, text and window functions."
        : `Did you mean ${near.join(' or ')}?`,
  }
}
