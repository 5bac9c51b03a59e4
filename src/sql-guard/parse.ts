/// <reference path="./vendored.d.ts" />
/**
 * Postgres' own parser, compiled to WebAssembly. One instance is kept for all checks: it holds no state between two
 * texts. After a trap its memory cannot be trusted, so the next check gets a new one.
 */
import createPgQuery, { type PgQueryModule } from './parser/pgquery.js'
import { offsetOfCharacter } from './position.ts'
import type { Fields } from './tree.ts'

/** What the parser made of a text: `statements` are `RawStmt` fields with byte offsets. */
export type ParseResult =
  | { readonly statements: readonly Fields[] }
  | { readonly message: string; readonly at: number }
  | { readonly trapped: true; readonly cause: unknown }

/** Parses a text. A text that breaks the parser is an answer (`trapped`), not an exception. */
export type Parse = (text: string) => Promise<ParseResult>

/** The 36 MiB that the module starts with suffice for 8 kB of SQL; an instance that grew beyond is given back. */
const MEMORY_KEPT = 40 * 1024 * 1024

/** Offsets of 32-bit fields in libpg-query's C structs. */
const RESULT = { tree: 0, error: 8 }
const ERROR = { message: 0, cursor: 16 }

/** Makes a `WebAssembly.Instance` of the compiled module; where that comes from differs between workerd and Node. */
export type Instantiate = (imports: object) => object

/** Makes a parser. It replaces a broken instance by itself. */
export function createParser(instantiate: Instantiate): Parse {
  let ready: Promise<PgQueryModule> | undefined

  return async function parse(text) {
    for (;;) {
      ready ??= start(instantiate)
      const mine = ready
      const instance = await mine.catch((cause: unknown) => {
        ready = undefined
        throw cause
      })
      if (ready !== mine) continue // it broke while this call waited for it
      const result = parseWith(instance, text)
      if ('trapped' in result || instance.HEAPU8.length > MEMORY_KEPT) ready = undefined
      return result
    }
  }
}

function start(instantiate: Instantiate): Promise<PgQueryModule> {
  return createPgQuery({
    print() {},
    printErr() {},
    instantiateWasm(imports, done) {
      done(instantiate(imports))
      return {}
    },
  })
}

function parseWith(parser: PgQueryModule, text: string): ParseResult {
  try {
    const capacity = parser.lengthBytesUTF8(text) + 1
    const input = parser._malloc(capacity)
    parser.stringToUTF8(text, input, capacity)
    const result = parser._wasm_parse_query_raw(input)
    const parsed = readResult(parser, result, text)
    parser._wasm_free_parse_result(result)
    parser._free(input)
    return parsed
  } catch (cause) {
    // A trap, an abort or an exhausted stack: nothing is freed, the whole instance goes.
    return { trapped: true, cause }
  }
}

function readResult(parser: PgQueryModule, result: number, text: string): ParseResult {
  const error = parser.getValue(result + RESULT.error, 'i32')
  if (error !== 0) {
    const message = parser.UTF8ToString(parser.getValue(error + ERROR.message, 'i32'))
    const cursor = parser.getValue(error + ERROR.cursor, 'i32') // in characters, from 1; 0 means unknown
    return { message, at: offsetOfCharacter(text, cursor - 1) }
  }
  const tree = JSON.parse(parser.UTF8ToString(parser.getValue(result + RESULT.tree, 'i32'))) as ParseTree
  return { statements: tree.stmts ?? [] }
}

/** The shape that libpg-query documents for its JSON; its inside is checked field by field in walk.ts. */
interface ParseTree {
  readonly stmts?: readonly Fields[]
}
