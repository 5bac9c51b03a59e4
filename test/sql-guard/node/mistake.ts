import { type Explained, explainSqlState } from '../../../src/sql-guard/explain-state.ts'
import { wrapSql } from '../../../src/sql-guard/wrap.ts'
import { checkWith, loadParser } from './guard.ts'
import { COLUMNS, openShop } from './shop.ts'

/** A mistake that only the database notices: what is said, its place in the message taken off, and what to write instead. */
export type Case = readonly [sql: string, sentence: string, hint: string, column?: number]

const parse = loadParser()

/** Opens the shop; `mistake` runs an accepted query as the service does, and explains what the database says. */
export async function openCounter() {
  const shop = await openShop()

  async function mistake(source: string): Promise<Explained & { readonly sentence: string }> {
    const { text, relations } = await checkWith(parse, source)
    const executed = wrapSql({ text }, { maxRows: 100, maxBytes: 100_000 })
    const error = await shop.query(executed).then(
      (): Failure => ({ code: 'none', message: '' }),
      (reason: unknown) => reason as Failure, // PGlite throws Postgres' error fields
    )
    const { code, message, position } = error // an Error's message is not spread
    const explained = explainSqlState({ code, message, position, text, executed, source, relations, columns: COLUMNS })
    return { ...explained, sentence: explained.message.split('\n')[0] ?? '' }
  }

  return { mistake, close: () => shop.close() }
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly position?: string
}
