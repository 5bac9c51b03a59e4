/** Sentences for types and operators that are not on the list. */
import { LIMITS, TYPES } from './lists.ts'
import { nearest } from './nearest.ts'
import type { Lesson } from './refusal.ts'

/** What other databases call it → what PostgreSQL calls it. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  datetime: 'timestamp',
  datetime2: 'timestamp',
  smalldatetime: 'timestamp',
  datetimeoffset: 'timestamptz',
  timestamp_ntz: 'timestamp',
  timestamp_tz: 'timestamptz',
  timestamp_ltz: 'timestamptz',
  string: 'text',
  nvarchar: 'text',
  varchar2: 'text',
  nvarchar2: 'text',
  nchar: 'text',
  ntext: 'text',
  clob: 'text',
  longtext: 'text',
  mediumtext: 'text',
  tinytext: 'text',
  int64: 'bigint',
  int32: 'integer',
  int16: 'smallint',
  unsigned: 'bigint',
  signed: 'bigint',
  tinyint: 'smallint',
  mediumint: 'integer',
  long: 'bigint',
  double: 'double precision',
  float64: 'double precision',
  float32: 'real',
  number: 'numeric',
  bignumeric: 'numeric',
  money: 'numeric(10,2)',
  smallmoney: 'numeric(10,2)',
  bit: 'boolean',
  bytea: 'text',
  uniqueidentifier: 'uuid',
  guid: 'uuid',
  variant: 'jsonb',
  object: 'jsonb',
  struct: 'jsonb',
  array: 'text[]',
  xml: 'text',
  name: 'text',
}

const OPERATOR_LESSONS: Readonly<Record<string, string>> = {
  '==': 'Compare with a single =.',
  '===': 'Compare with a single =.',
  '!==': 'Write <>.',
  '=~': 'Match a regular expression with ~ (or ~* without case).',
  '~=': 'Match a regular expression with ~ (or ~* without case), or compare with =.',
  '**': 'Write power(a, b) or a ^ b.',
  '//': 'Divide integers with / or div(a, b).',
  '&&&': 'Write AND.',
  '<=>=': 'Write IS NOT DISTINCT FROM.',
  '%%': 'Write a single % for the remainder.',
  '@?': 'Read fields with -> and ->> instead of a JSON path.',
  '@@ with a JSON path':
    "Read fields with -> and ->> instead of a JSON path; for text search write to_tsvector(…) @@ websearch_to_tsquery('english', 'words').",
  '%>': 'Trigram similarity is not installed; use ILIKE, or full text search with to_tsvector(…) @@ websearch_to_tsquery(…).',
  '<%': 'Trigram similarity is not installed; use ILIKE, or full text search with to_tsvector(…) @@ websearch_to_tsquery(…).',
  '`': 'Backticks do not quote names; write the name plainly or in double quotes.',
  '?': 'Placeholders have no values here; write the value itself, text in single quotes.',
}

/** Returns the lesson for a type. */
export function teachType(name: string): Lesson {
  const bare = (name.split('.').at(-1) ?? name).toLowerCase()
  const sentence = `The type ${name} is not available.`
  const known = TYPE_NAMES[bare]
  if (known !== undefined) return { sentence, hint: `Write ${known}, for example value::${known}.` }
  if (/^reg|^oid$/.test(bare)) {
    return { sentence, hint: 'To learn about tables and columns use the tool get_multiple_table_schemas.' }
  }
  const near = nearest(bare, [...TYPES])[0]
  const suggestion = near === undefined ? '' : `Did you mean ${near}? `
  return {
    sentence,
    hint: `${suggestion}Cast to text, integer, numeric, boolean, date, timestamptz, interval, uuid or jsonb.`,
  }
}

/** A type whose length is large, or no plain number. */
export function typeLength(name: string): Lesson {
  return {
    sentence: `The length of ${name === 'bpchar' ? 'char' : name} must be a plain number${name === 'bpchar' || name === 'char' ? ` of at most ${LIMITS.pad}` : ''} here.`,
    hint: 'Cast to text instead: value::text; text has no length and is not filled up with blanks.',
  }
}

/** An interval of a bare number. */
export function intervalWithoutUnit(): Lesson {
  return { sentence: 'An interval without a unit counts seconds.', hint: "Write the unit: interval '30 days'." }
}

/** Returns the lesson for an operator. */
export function teachOperator(operator: string): Lesson {
  const qualified = operator.includes('.') && /[a-z]/i.test(operator)
  return {
    sentence: `The operator ${operator} is not available.`,
    hint: qualified
      ? 'Write the operator plainly, without OPERATOR(…).'
      : (OPERATOR_LESSONS[operator] ??
        "Use PostgreSQL's usual operators: = <> < > + - * / % || LIKE ILIKE ~ -> ->> @> <=>."),
  }
}
