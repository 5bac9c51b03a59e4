import type { OwnerClient } from '../../sql/connect.ts'
import type { Field } from './fields.ts'

/** What is said once for files that leave it out. */
export interface Defaults {
  /** Name of the store for files without a store column. */
  readonly store: string | undefined
  readonly region: string
  readonly timeZone: string
  /** Cost as a share of the price, in percent; 0 means that cost is not known. */
  readonly costPercent: number
}

/** How many rows of a table came in, and how many changed. */
export interface Loaded {
  readonly table: string
  readonly added: number
  readonly changed: number
}

/** How the lines of one kind of file become rows. */
export interface Plan {
  /** Name of the file without `.csv`. */
  readonly name: string
  readonly fields: readonly Field[]
  /** Refuses lines that point nowhere, stand there twice, or clash with what is there. Lines lie in `lines` as `l`. */
  refuse(client: OwnerClient, defaults: Defaults): Promise<void>
  /** Turns what is left in `lines` into rows. */
  load(client: OwnerClient, defaults: Defaults): Promise<readonly Loaded[]>
}

/**
 * SQL of the stable id of a key that may be any text: a UUID stands for itself, anything else for the first half of its
 * SHA-256 under the kind of thing it is. The same key is the same row each time.
 */
export function idOf(kind: string, key: string): string {
  // Its length rules nearly every key out, for a small part of what the full test costs.
  return `(case when length(${key}) between 32 and 38 and pg_input_is_valid(${key}, 'uuid') then (${key})::uuid
    else encode(substring(sha256(convert_to('zava:${kind}:' || (${key}), 'UTF8')) for 16), 'hex')::uuid end)`
}

/**
 * SQL of one key made of several texts. Each but the last is led by its length, so that no two lists make the same key:
 * order `1 2` of the shop `A` is not order `2` of the shop `A 1`.
 */
export function keyOf(...texts: readonly [string, ...string[]]): string {
  return texts
    .map((text, i) => (i === texts.length - 1 ? text : `length(${text}) || ' ' || ${text}`))
    .join(" || ' ' || ")
}

/**
 * Runs `insert … on conflict … do update` and counts rows that are new and rows that changed. Rows that are the same already are neither.
 */
export async function merge(
  client: OwnerClient,
  table: string,
  insert: string,
  values: readonly unknown[] = [],
): Promise<Loaded> {
  const { rows } = await client.query(
    `with written as (${insert} returning xmax = 0 as added)
     select count(*) filter (where added)::integer as added, count(*) filter (where not added)::integer as changed from written`,
    values,
  )
  return { table, added: Number(rows[0]?.added ?? 0), changed: Number(rows[0]?.changed ?? 0) }
}

/** Runs an `insert` that changes no row. The server counts them anyway; to have them returned costs a third more. */
export async function add(
  client: OwnerClient,
  table: string,
  insert: string,
  values: readonly unknown[] = [],
): Promise<Loaded> {
  const { rowCount } = await client.query(insert, values)
  return { table, added: rowCount, changed: 0 }
}

/** Writes the part of an upsert that changes rows only where something differs. */
export function orChange(table: string, key: string, columns: readonly string[]): string {
  const mine = columns.map((column) => `${table}.${column}`).join(', ')
  const theirs = columns.map((column) => `excluded.${column}`).join(', ')
  return `on conflict (${key}) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
    where (${mine}) is distinct from (${theirs})`
}

/**
 * SQL of a moment that was written in a store's local time unless it says otherwise: by an offset, or by the name of a zone (`10:00
 * EST`), of which the session, which is in UTC, reads something else than where it is left out.
 */
export function momentIn(text: string, timeZone: string): string {
  return `(case when ${text} like '%:%' and (${text} ~ '(Z|UTC|GMT|[+-]\\d\\d(:?\\d\\d)?)$'
      or ${text} ~ '[A-Za-z]{3}' and ${text}::timestamptz::timestamp <> ${text}::timestamp) then ${text}::timestamptz
    else ${text}::timestamp at time zone ${timeZone} end)`
}
