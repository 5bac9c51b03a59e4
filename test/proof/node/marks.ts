import { people } from '../../../dev/demo/people.ts'
import type { Door } from '../../wall/door.ts'
import { storeIdsOf } from './differential.ts'

/** What no answer may hold besides rows of the caller: values of others, and what tells how the service is made. */
export interface Hygiene {
  /** What is wrong with a text, where the caller did not write it himself. */
  findingsIn(text: string, writtenByCaller: string): string[]
}

/** Everything by which a row of a store can be told. */
const VALUES = `
  select store_id::text as mark, store_id from retail.stores
  union all select store_name, store_id from retail.stores
  union all select manager_id::text, store_id from retail.stores
  union all select customer_id::text, store_id from retail.customers
  union all select email, store_id from retail.customers
  union all select order_id::text, store_id from retail.orders
  union all select order_item_id::text, store_id from retail.order_items`

/** What a value can look like in a text. */
const WORDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[\w.+-]+@[\w.-]+\w|Zava Retail \w+/g

/** How the inside of the service would look, if it came out. */
const INSIDES: readonly RegExp[] = [
  // Classes of errors, ours and the driver's.
  /\b(?:Neon|Postgres|Zod|Type|Range|Reference|Syntax|Query\w+|Unexpected|Database|Validation|Unavailable)\w*Error\b/g,
  /\b(?:SQLSTATE|sqlState|severity|routine|internalQuery)\b/g,
  /\bZV0\d\d\b/g,
  // What `COLLATION FOR` is called in the grammar, which the guard says when it refuses it.
  /\bpg_(?!collation_for\b)\w+/g,
  // Stack frames and files.
  /\bat (?:async )?[\w.<>$]+ \(|\bat (?:file|https?|async)\b|node_modules|\/src\/|\.(?:ts|js|mjs|wasm|c):\d+/g,
  // Names of functions in Postgres' sources, which it reports as routines.
  /\b(?:exec_\w+|errorMissing\w+|ParseFunc\w+|parserOpen\w+|transform[A-Z]\w+|aclcheck_\w+|scanner_yyerror|ProcessInterrupts|op_error|coerce_type|ereport)\b/g,
  // Postgres' own sentences.
  /does not exist|permission denied|invalid input syntax|syntax error at or near|canceling statement|must appear in the GROUP BY|current transaction is|out of memory|could not determine|invalid reference/g,
  // The database's own names and signatures.
  /\b(?:zava_owner|zava_verifier|zava_mcp|tenancy|signing_keys|api\.(?:enter|gate|explain|posture))\b/g,
  /\b(?:[tg]1\.w1\.|c1\.[0-9a-f-]{36}\.)/g,
  /postgres(?:ql)?:\/\//g,
]

const MAC = /\b[0-9a-f]{64}\b/g

/** Reads once, as the owner, what would give `who` more than is theirs. */
export async function hygieneFor(owner: Door, who: string, secrets: readonly string[]): Promise<Hygiene> {
  const ids = `{${storeIdsOf(who).join(',')}}`
  const [foreign = [], own = [], hashes = []] = await owner.run([
    { text: `select distinct mark from (${VALUES}) m where store_id <> all ($1::uuid[])`, values: [ids] },
    { text: `select distinct mark from (${VALUES}) m where store_id = any ($1::uuid[])`, values: [ids] },
    'select content_hash as mark from retail.product_description_embeddings',
  ])
  const others = people.filter(({ key }) => key !== who).flatMap(({ email, userId }) => [email, userId])
  const mine = new Set(own.map(({ mark }) => String(mark)))
  const marks = new Set([...foreign.map(({ mark }) => String(mark)), ...others].filter((mark) => !mine.has(mark)))
  const shared = new Set(hashes.map(({ mark }) => String(mark)))
  return {
    findingsIn(text, writtenByCaller) {
      const found = [
        ...(text.match(WORDS) ?? []).filter((word) => marks.has(word)),
        ...INSIDES.flatMap((pattern) => text.match(pattern) ?? []),
        ...(text.match(MAC) ?? []).filter((word) => !shared.has(word)),
        ...secrets.filter((secret) => text.includes(secret)).map(() => 'a secret'),
      ]
      const written = writtenByCaller.toLowerCase()
      return [...new Set(found)].filter((word) => !written.includes(word.toLowerCase()))
    },
  }
}
