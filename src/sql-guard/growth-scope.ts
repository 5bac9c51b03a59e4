/** What a query level can see: the sources in its FROM, and those of the levels around it. */
import { TABLE_COLUMNS, UNBOUNDED } from './growth-lists.ts'
import { BASE, plain, type Shape, SMALL, sumOfWidths, widest } from './growth-shape.ts'

/** One column of a source, with every name that Postgres may give to it. */
export interface Output {
  readonly names: readonly string[]
  readonly shape: Shape
  /** The planner knows how its values are spread: a table's column, or a key that is there once. */
  readonly known: boolean
}

/** Something with rows: a table, a sub-query, a query in WITH, a function in FROM. */
export interface Source {
  readonly alias: string | undefined
  readonly outputs: readonly Output[]
  /** Further columns whose names only the database knows, as those of a table. */
  readonly unnamed: Shape | undefined
  /** Base values of all unnamed columns together. */
  readonly unnamedWidth: number
  /** The outputs are all columns, in Postgres' order: a list of new names can be matched with them. */
  readonly exact: boolean
  /** May have many more rows than the planner believes. */
  readonly open: boolean
  /** Has one row at most. */
  readonly oneRow: boolean
  /** How often its rows were made by taking a value apart, one inside the other. */
  readonly apart: number
}

/** A source without columns. */
export const NOTHING: Source = {
  alias: undefined,
  outputs: [],
  unnamed: undefined,
  unnamedWidth: 0,
  exact: true,
  open: false,
  oneRow: false,
  apart: 0,
}

/** Columns that are far wider than a base value, each name in one table only: a description, 1,536 numbers written as text. */
const WIDE_COLUMNS: Readonly<Record<string, readonly [column: string, width: number]>> = {
  products: ['product_description', 4],
  product_description_embeddings: ['description_embedding', 400],
}

/** A retail table. */
export function tableNamed(alias: string): Source {
  const wide = WIDE_COLUMNS[alias]
  const outputs = wide === undefined ? [] : [{ names: [wide[0]], shape: plain(wide[1]), known: true }]
  return { ...NOTHING, alias, outputs, unnamed: BASE, unnamedWidth: TABLE_COLUMNS, exact: false }
}

/** The widest column of a source. */
export function columnOf(source: Source): Shape {
  return widest([
    ...source.outputs.map(({ shape }) => shape),
    ...(source.unnamed === undefined ? [] : [source.unnamed]),
  ])
}

/** All columns of a source together. */
export function rowOf(source: Source): Shape {
  const width = sumOfWidths(source.outputs.map(({ shape }) => shape)) + source.unnamedWidth
  const parts = source.outputs.reduce((sum, { shape }) => sum + shape.parts, 1)
  return { ...columnOf(source), width: Math.min(UNBOUNDED, Math.max(SMALL.width, width)), nested: true, parts }
}

/** Joins sources: the columns of all. */
export function beside(sources: readonly Source[]): Source {
  const unnamed = sources.map((source) => source.unnamed).filter((shape) => shape !== undefined)
  return {
    alias: undefined,
    outputs: sources.flatMap(({ outputs }) => outputs),
    unnamed: unnamed.length === 0 ? undefined : widest(unnamed),
    unnamedWidth: sources.reduce((sum, { unnamedWidth }) => Math.min(UNBOUNDED, sum + unnamedWidth), 0),
    exact: sources.every(({ exact }) => exact),
    open: sources.some(({ open }) => open),
    oneRow: sources.every(({ oneRow }) => oneRow),
    apart: sources.reduce((sum, { apart }) => sum + apart, 0),
  }
}

/** UNION and its like: the first side gives the names, both give the widths. */
export function eitherOf(first: Source, second: Source): Source {
  const open = first.open || second.open
  const isExact = first.exact && second.exact
  const other = (index: number) => (isExact ? second.outputs[index]?.shape : undefined) ?? columnOf(second)
  return {
    alias: undefined,
    outputs: first.outputs.map(({ names, shape, known }, index) => ({
      names,
      shape: widest([shape, other(index)]),
      known: known && isExact && second.outputs[index]?.known === true,
    })),
    unnamed: first.unnamed === undefined ? undefined : widest([first.unnamed, columnOf(second)]),
    unnamedWidth: Math.max(first.unnamedWidth, first.unnamed === undefined ? 0 : rowOf(second).width),
    exact: isExact,
    open,
    oneRow: false,
    apart: Math.max(first.apart, second.apart),
  }
}

/** Applies `AS alias (column, …)`. */
export function renamed(source: Source, alias: string | undefined, columns: readonly string[]): Source {
  if (alias === undefined) return source
  if (source.exact) {
    const outputs = source.outputs.map(({ names, ...output }, index) => ({
      names: columns[index] === undefined ? names : [columns[index]],
      ...output,
    }))
    return { ...source, alias, outputs }
  }
  // Which column gets which name is not known: each may be the widest.
  const shape = columnOf(source)
  const known = source.outputs.every((output) => output.known)
  return { ...source, alias, outputs: [...columns.map((name) => ({ names: [name], shape, known })), ...source.outputs] }
}

/** Tells whether the planner knows how the values of a column are spread, wherever it may come from. */
export function isKnown(sources: readonly Source[], path: readonly string[]): boolean {
  const name = path.at(-1) ?? ''
  const alias = path.at(-2)
  return sources
    .filter((source) => alias === undefined || source.alias === alias)
    .every(({ outputs }) => outputs.every((output) => output.known || !output.names.includes(name)))
}

/** Returns what a name may stand for among sources; undefined when none of them has it. */
export function findColumn(sources: readonly Source[], name: string): Shape | undefined {
  const found = sources.flatMap((source) => [
    ...source.outputs.filter(({ names }) => names.includes(name)).map(({ shape }) => shape),
    ...(source.alias === name ? [rowOf(source)] : []), // the whole row
  ])
  if (found.length > 0) return widest(found)
  const unnamed = sources.map((source) => source.unnamed).filter((shape) => shape !== undefined)
  return unnamed.length === 0 ? undefined : widest(unnamed)
}
