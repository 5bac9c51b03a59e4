/**
 * Numbers and lists of the growth analysis. Unit of every width: one "base value", a column of a table or fifty
 * characters.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** A value without a useful bound: what an aggregate over all rows returns. */
export const UNBOUNDED = 1e9

/** Nodes of an expression that cost the planner as much as one table. */
export const TABLE_PARTS = 250

/** Base values of a whole row of a table: the columns of the one that has most. */
export const TABLE_COLUMNS = 13

/** Characters of a constant that count as one base value. */
export const BASE_CHARACTERS = 50

/** Budgets of one statement. They bound widths; the cost gate in the database bounds the rows that they apply to. */
export const BUDGET = {
  /** Base values in one value that is not an aggregate. */
  width: 1000,
  /** Aggregates that collect every row. */
  unboundedAggregates: 8,
  /** Base values per row that all collecting aggregates take together. */
  aggregatedWidth: 24,
  /** Operations that copy a collected value. */
  onUnbounded: 8,
  /** Characters of a replacement: `replace(s, 'a', s)` squares a length. */
  replacement: 8,
  /** Times that collected lists or documents are written as text. */
  texts: 2,
  /** Nodes of all expressions with those of the sub-queries that they name put in. */
  parts: 50_000,
  /** Base values of one column, and of all, where rows are held in memory to look for them: IN, EXCEPT, INTERSECT. */
  soughtColumn: 4,
  soughtRow: 24,
  /** Base values of a text or list that is taken apart into rows. */
  takenApart: 2,
  /** Base values times base values that are divided by each other: Postgres divides in one go, whatever the time limit says. */
  digits: 300_000,
  /** Rows of a generate_series that Postgres cannot estimate but we can. */
  seriesRows: 100_000,
} as const

/** What a collected row takes of a backend's memory at its peak, until it is part of an answer, in bytes: as measured. */
export interface Weight {
  readonly row: number
  /** Per base value. */
  readonly value: number
}

export const WEIGHTS = {
  text: { row: 40, value: 160 },
  list: { row: 40, value: 340 },
  // Each key and each value is an entry of its own, before it is written.
  document: { row: 200, value: 600 },
} as const satisfies Record<string, Weight>

/** Returns what an aggregate that collects takes per row. */
export function weightOf(name: string): Weight {
  if (name === 'string_agg') return WEIGHTS.text
  return name === 'array_agg' ? WEIGHTS.list : WEIGHTS.document
}

/** Digits of a numeric are data too: `10 ^ 100000` has 50 kB. Two of these may meet, but never in a collecting aggregate. */
export const WIDE_NUMBER = 500

/** Widening functions whose result is as wide as all arguments together. */
export const SUMMING =
  words(`concat jsonb_build_object json_build_object jsonb_build_array json_build_array array_append
  array_prepend array_cat overlay lcm jsonb_set num_nulls num_nonnulls setweight`)

/** Functions that make a list or a document. */
export const NESTING = words(`to_json to_jsonb jsonb_build_object json_build_object jsonb_build_array json_build_array
  array_append array_prepend array_cat string_to_array jsonb_set`)

/** Functions that write a sign before others: a text of signs doubles. */
export const ESCAPING = words('like_escape similar_to_escape')

/** Functions that look at a value once and return a small one. */
export const MEASURING =
  words(`length char_length character_length octet_length cardinality array_length array_lower array_upper
  jsonb_array_length json_array_length jsonb_typeof json_typeof count md5 ascii`)

/** Functions and operators that compute numbers of any precision from small ones. */
export const WIDE_ARITHMETIC = words('^ power pow exp')

/** Regular expressions: they copy their text four times as wide and may backtrack for long. */
export const REGULAR_EXPRESSIONS =
  words(`regexp_replace regexp_match regexp_matches regexp_count regexp_substr regexp_like
  regexp_instr regexp_split_to_array regexp_split_to_table similar_to_escape`)

/** Functions and operators that take as long as their arguments' digits, multiplied. */
export const DIVIDING = words('/ % mod div gcd lcm')

/** Functions that put text together: a number cast from the result may be as long as the caller likes ('1e' || '99999'). */
export const TEXT_BUILDING =
  words(`concat concat_ws replace regexp_replace overlay translate lpad rpad repeat reverse to_char
  array_to_string string_agg chr`)

/** Operators that reach into a document or compute with numbers; all others return something small. */
export const VALUE_OPERATORS = words('-> ->> #> #>> - + / % @ |/ ||/ & |')
