/**
 * Neon's JSON ↔ Postgres' text, by the rules of Neon's proxy: parameters become text, results stay text when the
 * caller asks for raw output (the driver always does).
 */
import type { StatementResult } from './engine.ts'
import { WireError } from './errors.ts'

/** Both limits of Neon's HTTP interface, in bytes. */
export const MAX_BYTES = 10 * 1024 * 1024

/** Renders a JSON parameter as the text Postgres expects. */
export function toPostgresText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  // A lone surrogate has no UTF-8 form and would make the message longer than its declared length.
  if (typeof value === 'string') return value.toWellFormed()
  return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value)
}

function arrayLiteral(items: readonly unknown[]): string {
  return `{${items.map(arrayItem).join(',')}}`
}

function arrayItem(item: unknown): string {
  if (item === null || item === undefined) return 'NULL'
  if (Array.isArray(item)) return arrayLiteral(item)
  // An object is quoted twice: once as JSON, once as an array element.
  return typeof item === 'object' ? JSON.stringify(JSON.stringify(item)) : JSON.stringify(item)
}

export interface ResultShape {
  readonly raw: boolean
  readonly arrayMode: boolean
}

/** Writes one result as Neon's JSON. Throws 507 above `budget` bytes. */
export function resultJson(result: StatementResult, { raw, arrayMode }: ResultShape, budget: number): string {
  const values = raw ? result.rows : result.rows.map((row) => row.map((text, i) => fromText(text, typeOf(result, i))))
  const rows = arrayMode ? values : values.map((row) => keyed(result, row))
  const { fields, command, rowCount } = result
  const json = JSON.stringify({ fields, rows, command, rowCount, rowAsArray: arrayMode })
  if (Buffer.byteLength(json) > budget) throw tooLarge(507, 'response')
  return json
}

export function tooLarge(status: 413 | 507, what: 'request' | 'response'): WireError {
  return new WireError({ message: `${what} is too large (max is ${MAX_BYTES} bytes)` }, status)
}

function keyed(result: StatementResult, row: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(row.map((value, i) => [result.fields[i]?.name ?? '', value]))
}

function typeOf(result: StatementResult, column: number): number {
  return result.fields[column]?.dataTypeID ?? 0
}

const BOOL = 16
const JSON_TYPES = new Set([114, 3802])
const NUMBER_TYPES = new Set([21, 23, 700, 701])

function fromText(text: string | null, type: number): unknown {
  if (text === null) return null
  if (type === BOOL) return text === 't'
  if (JSON_TYPES.has(type)) return JSON.parse(text)
  // NaN and Infinity are no JSON numbers and stay text.
  return NUMBER_TYPES.has(type) && Number.isFinite(Number(text)) ? Number(text) : text
}
