/** How a lesson for an SQLSTATE is put together, and what is said when a code has none of its own. */
import type { Lesson } from './refusal.ts'

/** What is known about an error. Only `text`, `name` and the schema may be quoted. */
export interface Facts {
  readonly code: string
  /** For recognising the case only. */
  readonly message: string
  readonly text: string
  /** Where in `text`. */
  readonly at: number | undefined
  /** The name that the caller wrote there, in parts. */
  readonly name: readonly string[] | undefined
  readonly relations: readonly string[]
  readonly columns: ReadonlyMap<string, readonly string[]>
}

/** Makes the lesson out of the facts. */
export type Teach = (facts: Facts) => Lesson

/** Always the same lesson. */
export const say =
  (sentence: string, hint: string): Teach =>
  () => ({ sentence, hint })

/** Cases of one code that only the message tells apart; the last one needs no pattern. */
export const choose =
  (...cases: readonly (readonly [pattern: RegExp, teach: Teach])[]): Teach =>
  (facts) =>
    (cases.find(([pattern]) => pattern.test(facts.message))?.[1] ?? teachOther)(facts)

export const teachOther: Teach = ({ code }) => teachClass(code)

export const TOO_COMPLEX: Lesson = {
  sentence: 'The query is too complex for the database.',
  hint: 'Split it: fewer tables, fewer columns, shorter lists, flatter expressions.',
}
export const TOO_LARGE: Lesson = {
  sentence: 'The query needs more memory than one query may use.',
  hint: 'Aggregate earlier, choose fewer rows or columns, or ask for a narrower period.',
}

const CLASSES: Readonly<Record<string, Lesson>> = {
  '22': {
    sentence: 'A value in the query or in the data does not fit what is done with it.',
    hint: 'Check casts, dates and divisions; filter the odd values out first.',
  },
  '23': { sentence: 'The query would change something, and this service is read only.', hint: 'Send one SELECT.' },
  '42': {
    sentence: 'The database does not accept this query.',
    hint: 'Check names and types against get_multiple_table_schemas, and simplify the query.',
  },
  '53': TOO_LARGE,
  '54': TOO_COMPLEX,
  '57': {
    sentence: 'The database stopped the query.',
    hint: 'Send the same query again; if it stops again, ask for a narrower period.',
  },
}

/** Returns the lesson for a code that has none of its own. */
export function teachClass(code: string): Lesson {
  return (
    CLASSES[code.slice(0, 2)] ?? {
      sentence: 'The database could not run the query.',
      hint: 'Try again, or write the query in a simpler way.',
    }
  )
}
