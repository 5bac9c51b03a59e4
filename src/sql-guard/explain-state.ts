/**
 * Turns an error that the database raised for an accepted query into a sentence that helps. The driver's message is
 * read, never shown: what is quoted back stands in the caller's own SQL.
 */
import { offsetOfCharacter, placeAt, withPlace } from './position.ts'
import { type Facts, teachClass } from './state-lesson.ts'
import { STATE_LESSONS } from './state-lessons.ts'

/** What came back from the database, and what it was about. */
export interface SqlStateReport {
  /** SQLSTATE, five characters. */
  readonly code: string
  /** The driver's message; only its kind is recognised. */
  readonly message?: string | undefined
  /** Where in the executed text, in characters from 1, as Postgres reports it. */
  readonly position?: number | string | undefined
  /** The caller's statement: `CheckedSql.text`. */
  readonly text: string
  /** What was sent, when that is more than the statement: the wrapped text. */
  readonly executed?: string
  /** What the caller wrote, when that is more than the statement: lines are counted in it. */
  readonly source?: string
  /** Tables that the statement reads: `CheckedSql.relations`. */
  readonly relations: readonly string[]
  /** Tables and columns that the caller may see. */
  readonly columns?: ReadonlyMap<string, readonly string[]>
}

/** What the caller is told. */
export interface Explained {
  readonly message: string
  readonly hint: string
  readonly line?: number
  readonly column?: number
}

/** A dotted name, parts plain or in double quotes. */
const DOTTED_NAME =
  /(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*/uy

/** Explains one database error to the caller of a query. */
export function explainSqlState(report: SqlStateReport): Explained {
  const at = offsetInText(report)
  const facts: Facts = {
    code: report.code,
    message: report.message ?? '',
    text: report.text,
    at,
    name: nameAt(report.text, at) ?? nameInMessage(report),
    relations: report.relations,
    columns: report.columns ?? new Map(),
  }
  const lesson = STATE_LESSONS[report.code]?.(facts) ?? teachClass(report.code)
  if (at === undefined) return { message: lesson.sentence, hint: lesson.hint }

  const source = report.source ?? report.text
  const place = placeAt(source, at + Math.max(0, source.indexOf(report.text)))
  return { message: withPlace(lesson.sentence, place), hint: lesson.hint, line: place.line, column: place.column }
}

/** A position outside of the caller's own text is our wrapper's and is not shown. */
function offsetInText({ position, text, executed = text }: SqlStateReport): number | undefined {
  const characters = Number(position)
  if (!(characters > 0)) return undefined
  const start = executed === text ? 0 : executed.indexOf(`\n${text}\n`) + 1
  const at = offsetOfCharacter(executed, characters - 1) - start
  return at >= 0 && at <= text.length ? at : undefined
}

function nameAt(text: string, at: number | undefined): readonly string[] | undefined {
  if (at === undefined) return undefined
  DOTTED_NAME.lastIndex = at
  const written = DOTTED_NAME.exec(text)?.[0]
  return written === undefined ? undefined : partsOf(written)
}

/** The first name in the message that the caller wrote too. */
function nameInMessage({ message = '', text }: SqlStateReport): readonly string[] | undefined {
  const quoted = [...message.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '')
  const own = quoted.find((name) => name !== '' && text.toLowerCase().includes(name.toLowerCase()))
  return own === undefined ? undefined : own.split('.')
}

function partsOf(written: string): readonly string[] {
  return [...written.matchAll(/"((?:[^"]|"")*)"|[^\s."]+/g)].map(
    (match) => match[1]?.replaceAll('""', '"') ?? match[0].toLowerCase(),
  )
}
