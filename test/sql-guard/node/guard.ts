/** The guard outside of workerd: same code, the module compiled from the file. */
import { readFileSync } from 'node:fs'
import { type CheckedSql, check } from '../../../src/sql-guard/check.ts'
import { createParser, type Parse } from '../../../src/sql-guard/parse.ts'

/** Node has these constructors; its types do not. */
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyConstructors }).WebAssembly

interface WebAssemblyConstructors {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

const file = new URL('../../../src/sql-guard/parser/pgquery.wasm', import.meta.url)
const module = new Module(readFileSync(file))

export function instantiate(imports: object): { readonly exports: Readonly<Record<string, unknown>> } {
  return new Instance(module, imports)
}

export function loadParser(): Parse {
  return createParser(instantiate)
}

export function checkWith(parse: Parse, text: string): Promise<CheckedSql> {
  return check(parse, text)
}
