import { QueryRejectedError } from '../../src/errors.ts'
import { type CheckedSql, checkSql } from '../../src/sql-guard/index.ts'

/** What a caller is told. */
export interface Rejection {
  readonly sentence: string
  readonly hint: string
  readonly line: number | undefined
  readonly column: number | undefined
  /** The text right above the caret. */
  readonly excerpt: string | undefined
}

/** Returns the rejection of a text; fails when the guard accepts it. */
export async function rejectionOf(text: string): Promise<Rejection> {
  const error = await checkSql(text).then(accepted, (reason: unknown) => reason)
  if (!(error instanceof QueryRejectedError)) throw error
  const [sentence = '', , excerpt] = error.message.split('\n')
  return { sentence, hint: error.hint ?? '', line: error.line, column: error.column, excerpt }
}

function accepted({ text }: CheckedSql): never {
  throw new Error(`accepted: ${text}`)
}
