/**
 * Prepares libpg-query for workerd: writes `src/sql-guard/parser/pgquery.js` and `pgquery.wasm` from the installed
 * package. Runs at `npm ci`; does nothing when both files were made from the same inputs.
 *
 * Two things stand between the package and workerd:
 * - the glue looks for a file system, a `window` and a worker's own address. workerd has a `WorkerGlobalScope` without
 *   an address, so the detection throws. Each replacement must match exactly once: a changed upstream fails here, not
 *   in production.
 * - the module asks for 128 MiB at start, which is all that an isolate may use.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const source = new URL('../node_modules/libpg-query/wasm/', import.meta.url)
const target = new URL('../src/sql-guard/parser/', import.meta.url)
const gluePath = new URL('pgquery.js', target)
const wasmPath = new URL('pgquery.wasm', target)

const REPLACEMENTS: readonly (readonly [found: string, replacement: string])[] = [
  [
    'var ENVIRONMENT_IS_NODE=globalThis.process?.versions?.node&&globalThis.process?.type!="renderer";',
    'var ENVIRONMENT_IS_NODE=false;',
  ],
  ['var ENVIRONMENT_IS_WORKER=!!globalThis.WorkerGlobalScope;', 'var ENVIRONMENT_IS_WORKER=false;'],
  ['var ENVIRONMENT_IS_WEB=!!globalThis.window;', 'var ENVIRONMENT_IS_WEB=false;'],
  [
    'if(typeof exports==="object"&&typeof module==="object"){module.exports=PgQueryModule;module.exports.default=PgQueryModule}else if(typeof define==="function"&&define["amd"])define([],()=>PgQueryModule);',
    'export default PgQueryModule;',
  ],
  // Both stand in branches that are dead by now, but a bundler would still try to resolve them.
  ['require("node:fs")', 'null'],
  ['require("node:crypto")', 'null'],
]

/** WebAssembly pages are 64 KiB. 36 MiB is the floor: the module's own stack ends at 32.9 MiB. */
const MEMORY_PAGES = { initial: 36 * 16, maximum: 96 * 16 }
const MEMORY_SECTION = 5
const HEADER_BYTES = 8

const glue = readFileSync(new URL('libpg-query.js', source), 'utf8')
const wasm = readFileSync(new URL('libpg-query.wasm', source))
const stamp = `// Made by dev/vendor-parser.ts, do not edit. ${fingerprint()}\n`

if (!isUpToDate()) {
  mkdirSync(target, { recursive: true })
  writeFileSync(wasmPath, withMemory(wasm, MEMORY_PAGES.initial, MEMORY_PAGES.maximum))
  writeFileSync(gluePath, stamp + withoutEnvironment(glue)) // last, because it carries the stamp
  console.log('The SQL parser is ready in src/sql-guard/parser.')
}

function fingerprint(): string {
  const recipe = readFileSync(new URL(import.meta.url))
  return createHash('sha256').update(recipe).update(glue).update(wasm).digest('hex')
}

function isUpToDate(): boolean {
  return existsSync(wasmPath) && existsSync(gluePath) && readFileSync(gluePath, 'utf8').startsWith(stamp)
}

function withoutEnvironment(text: string): string {
  return REPLACEMENTS.reduce((result, [found, replacement]) => {
    const parts = result.split(found)
    if (parts.length !== 2) throw new Error(`libpg-query has changed: expected exactly once: ${found}`)
    return parts.join(replacement)
  }, text)
}

/** Copies a WebAssembly module with another memory section. */
function withMemory(module: Uint8Array, initial: number, maximum: number): Buffer {
  let at = HEADER_BYTES
  while (at < module.length) {
    const section = module[at]
    const size = readLeb128(module, at + 1)
    const end = size.next + size.value
    if (section === MEMORY_SECTION) {
      const limits = [1, 1, ...leb128(initial), ...leb128(maximum)] // one memory, with a maximum
      const changed = Buffer.from([MEMORY_SECTION, ...leb128(limits.length), ...limits])
      return Buffer.concat([module.subarray(0, at), changed, module.subarray(end)])
    }
    at = end
  }
  throw new Error('libpg-query has changed: the module has no memory section.')
}

function readLeb128(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  for (let next = start, shift = 0; ; next++, shift += 7) {
    const byte = bytes[next]
    if (byte === undefined) throw new Error('libpg-query has changed: the module ends within a number.')
    value |= (byte & 0x7f) << shift
    if ((byte & 0x80) === 0) return { value: value >>> 0, next: next + 1 }
  }
}

function leb128(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 0x80)
  } while (rest !== 0)
  return bytes
}
