/** The whole check of one text: bounds before parsing, parsing, the walk, the growth analysis; and one form for every refusal. */
import { QueryRejectedError } from '../errors.ts'
import { clockOf } from './clock.ts'
import { analyseGrowth } from './growth.ts'
import { LIMITS, RELATIONS } from './lists.ts'
import type { Parse } from './parse.ts'
import { COMPUTED_PATTERN, LARGE_PATTERN, type Patterns } from './patterns.ts'
import { offsetOfByte, placeAt, sliceBytes, withPlace } from './position.ts'
import { Refusal } from './refusal.ts'
import { teachRelation } from './teach-relations.ts'
import { tooBig } from './teach-sizes.ts'
import { NO_STATEMENT, severalStatements, teachStatement } from './teach-statements.ts'
import { teachSyntax } from './teach-syntax.ts'
import { type Fields, listOf, nodeOf } from './tree.ts'
import { type Uses, walk } from './walk.ts'

/** What the guard is told about the caller. */
export interface CheckOptions {
  /** Tables that the caller may name; all retail tables when left out. */
  readonly relations?: readonly string[]
}

/** A statement that may be run, inside the wrapper and by the extended protocol only. */
export interface CheckedSql {
  /** The parser's own slice of the caller's text: one query, without the semicolon. */
  readonly text: string
  /** Characters of the caller's text before the slice. */
  readonly start: number
  /** Retail tables that it reads. */
  readonly relations: readonly string[]
  readonly functions: readonly string[]
  /** Bytes of memory that a row adds to what is collected of all rows, for the cost gate; 0 when nothing is. */
  readonly collectedBytes: number
  /** Has a LIMIT or FETCH of its own on the outermost level. */
  readonly limited: boolean
  /** Has an ORDER BY of its own on the outermost level. */
  readonly ordered: boolean
  /** Whether its meaning moves with the day or with the moment; see clock.ts. */
  readonly clock: 'day' | 'moment' | undefined
}

/** Checks one text; throws `QueryRejectedError` with what was refused, where, and what to write instead. */
export async function check(parse: Parse, text: string, options: CheckOptions = {}): Promise<CheckedSql> {
  try {
    return await examine(parse, text, new Set(options.relations ?? RELATIONS))
  } catch (error) {
    if (error instanceof Refusal) throw rejected(error, text)
    throw error
  }
}

async function examine(parse: Parse, text: string, known: ReadonlySet<string>): Promise<CheckedSql> {
  checkText(text)
  const statement = await parseOne(parse, text)
  const start = offsetOfByte(text, numberOf(statement.stmt_location))
  const node = nodeOf(statement.stmt)
  if (node?.type !== 'SelectStmt') throw new Refusal('statement', teachStatement(node?.type ?? ''), { offset: start })

  const uses = walk(node.fields, known, numberOf(statement.stmt_location))
  refuseUnknown(uses, known)
  refuseLargePatterns(uses.patterns)
  const { collectedBytes } = analyseGrowth(node.fields)
  const select = node.fields
  return {
    text: sliceOf(text, statement),
    start,
    relations: [...new Set([...uses.qualified, ...[...uses.names.keys()].filter((name) => known.has(name))])].sort(),
    functions: [...uses.functions].sort(),
    collectedBytes,
    limited: select.limitCount !== undefined && !isLimitAll(select),
    ordered: listOf(select.sortClause).length > 0,
    clock: clockOf(select),
  }
}

/** What the parser must never see, and what would make it slow. */
function checkText(text: string): void {
  if (text.trim() === '') throw new Refusal('text', NO_STATEMENT)
  const nul = text.indexOf('\0') // the parser, written in C, would stop there; the database would not
  if (nul >= 0) {
    throw new Refusal('text', { sentence: 'The text contains a NUL character.', hint: 'Remove it.' }, { offset: nul })
  }
  if (!text.isWellFormed()) {
    const at = text.search(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/)
    throw new Refusal(
      'text',
      {
        sentence: 'The text contains half of a character (a lone surrogate).',
        hint: 'Write the whole character, or leave it out.',
      },
      { offset: at },
    )
  }
  if (new TextEncoder().encode(text).length > LIMITS.bytes) throw new Refusal('size', tooBig('bytes'))
  if (text.split('/*').length - 1 > LIMITS.commentOpenings) throw new Refusal('size', tooBig('commentOpenings'))
}

async function parseOne(parse: Parse, text: string): Promise<Fields> {
  const result = await parse(text)
  if ('trapped' in result) throw new Refusal('size', tooBig('depth'))
  if ('message' in result)
    throw new Refusal('syntax', teachSyntax(result.message, text, result.at), { offset: result.at })

  const [first, second] = result.statements
  if (first === undefined) throw new Refusal('text', NO_STATEMENT)
  if (second !== undefined) {
    throw new Refusal('statement', severalStatements(result.statements.length), {
      byte: numberOf(second.stmt_location),
    })
  }
  return first
}

/** A name in FROM is a table or a query in WITH. Scope is not looked at: no WITH query can be called like a catalogue. */
function refuseUnknown(uses: Uses, known: ReadonlySet<string>): void {
  for (const [name, at] of uses.names) {
    if (known.has(name) || uses.withNames.has(name)) continue
    throw new Refusal('relation', teachRelation(name, undefined, new Set([...known, ...uses.withNames])), { byte: at })
  }
}

function refuseLargePatterns({ isUsed, largeAt, braceAt, computedAt }: Patterns): void {
  if (isUsed && largeAt !== undefined) throw new Refusal('size', LARGE_PATTERN, { byte: largeAt })
  // Put together of pieces, each of them small, it may be as large as its repetitions multiplied.
  if (computedAt !== undefined && braceAt !== undefined)
    throw new Refusal('size', COMPUTED_PATTERN, { byte: computedAt })
}

/** Offsets of a statement are bytes; a length of 0 means "to the end". */
function sliceOf(text: string, statement: Fields): string {
  const start = numberOf(statement.stmt_location)
  const length = numberOf(statement.stmt_len)
  return sliceBytes(text, start, length === 0 ? undefined : start + length)
}

/** `LIMIT ALL` and `LIMIT NULL` are no limit. */
function isLimitAll(select: Fields): boolean {
  const constant = nodeOf(select.limitCount)
  return constant?.type === 'A_Const' && constant.fields.isnull === true
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function rejected(refusal: Refusal, text: string): QueryRejectedError {
  const { hint, message } = refusal
  const offset = offsetOf(refusal, text)
  if (offset === undefined) return new QueryRejectedError(message, { hint, cause: refusal })
  const place = placeAt(text, offset)
  return new QueryRejectedError(withPlace(message, place), {
    hint,
    line: place.line,
    column: place.column,
    cause: refusal,
  })
}

function offsetOf({ at, spot }: Refusal, text: string): number | undefined {
  const found = spot === undefined ? -1 : text.search(spot)
  if (found >= 0) return found
  if (at === undefined) return undefined
  return 'byte' in at ? offsetOfByte(text, at.byte) : at.offset
}
