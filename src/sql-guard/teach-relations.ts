/** Sentences for tables that are not there. "Not yours" and "not there" are the same answer. */
import { SCHEMA } from './lists.ts'
import { nearest } from './nearest.ts'
import type { Lesson } from './refusal.ts'

/** Views that other databases have for the question "which tables are there". */
const CATALOGUE_NAMES =
  /^(pg_|information_schema$|sqlite_|sys(\.|$)|all_tab|user_tab|syscolumns$|sysobjects$|tables$|columns$)/i
const CATALOGUE_SCHEMAS = /^(pg_catalog|information_schema|sys|mysql|pg_toast)$/i

/** Returns the lesson for a name in FROM. */
export function teachRelation(name: string, schema: string | undefined, known: ReadonlySet<string>): Lesson {
  const shown = schema === undefined ? name : `${schema}.${name}`
  if (CATALOGUE_SCHEMAS.test(schema ?? '') || (schema === undefined && CATALOGUE_NAMES.test(name))) {
    return {
      sentence: `The system catalogue ${shown} is not available.`,
      hint: 'To learn about tables, columns and their values call the tool get_multiple_table_schemas.',
    }
  }
  if (name.toLowerCase() === 'dual') {
    return { sentence: 'There is no table dual in PostgreSQL.', hint: 'Leave FROM out: SELECT now().' }
  }
  if (schema !== undefined && schema !== SCHEMA && known.has(name)) {
    return { sentence: `There is no schema "${schema}" here.`, hint: `Write ${SCHEMA}.${name} or simply ${name}.` }
  }
  if (known.has(name.toLowerCase()) || known.has(name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase())) {
    const plain = known.has(name.toLowerCase())
      ? name.toLowerCase()
      : name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase()
    return {
      sentence: `There is no table "${shown}".`,
      hint: `Names are in lower case here: write ${SCHEMA}.${plain}, without quotes.`,
    }
  }
  const near = nearest(name, [...known])
  const guess = near.length === 0 ? '' : `Did you mean ${near.slice(0, 2).join(' or ')}? `
  return { sentence: `There is no table "${shown}".`, hint: `${guess}The tables are ${[...known].join(', ')}.` }
}
