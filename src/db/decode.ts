import { types } from '@neondatabase/serverless'
import type { RawResult } from './query.ts'

/**
 * Values from the wire to JSON. A number becomes a JSON number as long as its whole part and its cents are exact; an integer or
 * an amount that a double cannot hold to the cent stays the text that Postgres wrote.
 */

/** A decoded cell. */
export type Cell = null | boolean | number | string | readonly Cell[] | { readonly [key: string]: Cell }

/** Type ids of pg_catalog that are decoded; every other type stays text. */
const BOOL = 16
const NUMBERS = new Set([20, 21, 23, 26, 700, 701, 1700])
const FLOATS = new Set([700, 701])
const JSONS = new Set([114, 3802])
const TIMESTAMP = 1114
const TIMESTAMPTZ = 1184
/** Array type id to the type id of its elements. */
const ARRAYS = new Map([
  [1000, BOOL],
  [1005, 21],
  [1007, 23],
  [1016, 20],
  [1021, 700],
  [1022, 701],
  [1231, 1700],
  [1009, 25],
  [1015, 1043],
  [2951, 2950],
  [1182, 1082],
  [1115, TIMESTAMP],
  [1185, TIMESTAMPTZ],
  [199, 114],
  [3807, 3802],
])
const TEXT_ARRAY = 1009

/** Name by which a caller knows a type: number, boolean, date, timestamp, uuid, json, array or text. */
export function typeName(typeId: number): string {
  if (typeId === BOOL) return 'boolean'
  if (NUMBERS.has(typeId)) return 'number'
  if (JSONS.has(typeId)) return 'json'
  if (ARRAYS.has(typeId)) return 'array'
  if (typeId === TIMESTAMP || typeId === TIMESTAMPTZ) return 'timestamp'
  if (typeId === 1082) return 'date'
  if (typeId === 2950) return 'uuid'
  return 'text'
}

/** Decodes one value of the wire. */
export function decodeCell(text: string | null | undefined, typeId: number): Cell {
  if (text === null || text === undefined) return null
  if (typeId === BOOL) return text === 't'
  if (NUMBERS.has(typeId)) return toNumber(text, typeId)
  if (JSONS.has(typeId)) return toJson(text)
  if (typeId === TIMESTAMPTZ) return isoTimestamp(text)
  if (typeId === TIMESTAMP) return text.replace(/^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:[\d.]+)$/, '$1T$2')
  const element = ARRAYS.get(typeId)
  return element === undefined ? text : decodeArray(text, element)
}

/** Decodes every row of a result into arrays of cells, in the order of its columns. */
export function decodeRows(result: RawResult): Cell[][] {
  return result.rows.map((row) => result.columns.map(({ typeId }, i) => decodeCell(row[i], typeId)))
}

/** Decodes a result of ours, whose column names are known to differ, into objects. */
export function decodeObjects(result: RawResult): Record<string, Cell>[] {
  return decodeRows(result).map((row) =>
    Object.fromEntries(result.columns.map(({ name }, i) => [name, row[i] ?? null])),
  )
}

/** Up to here a double's steps are smaller than a cent. */
const EXACT_TO_THE_CENT = 2 ** 46

/** NaN and Infinity have no JSON number. A float is exact in its own text; an average has more digits than it has meaning. */
function toNumber(text: string, typeId: number): number | string {
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  if (FLOATS.has(typeId)) return number
  const isExact = text.includes('.') ? Math.abs(number) < EXACT_TO_THE_CENT : Number.isSafeInteger(number)
  return isExact ? number : text
}

/** An integer that a double would change becomes the text of its digits; everything else is JSON as it stands. */
function toJson(text: string): Cell {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Cell
  const keepDigits = (_key: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '') ? source : value
  return JSON.parse(text, keepDigits) as Cell
}

/** `2026-01-02 03:04:05.678+00` as `2026-01-02T03:04:05.678Z`; infinity and years before Christ stay as they are. */
function isoTimestamp(text: string): string {
  const match = /^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d)?)$/.exec(text)
  if (match === null) return text
  return `${match[1]}T${match[2]}${match[3] === '+00' ? 'Z' : match[3]?.padEnd(6, ':00')}`
}

function decodeArray(text: string, elementTypeId: number): Cell {
  const parse = types.getTypeParser(TEXT_ARRAY) as (value: string) => unknown
  const decodeElement = (value: unknown): Cell =>
    Array.isArray(value) ? value.map(decodeElement) : decodeCell(value as string | null, elementTypeId)
  return decodeElement(parse(text))
}
