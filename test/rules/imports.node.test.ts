import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url).href)
const SRC = join(ROOT, 'src')

/** Floors from the top down. An import may stay on its floor or go down, over as many floors as it likes; never up. */
const FLOORS: readonly (readonly string[])[] = [
  ['index'],
  ['app', 'http-boundary'],
  ['readiness', 'routes'],
  ['pages'],
  ['auth', 'session'],
  ['mcp'],
  ['retail', 'search', 'sql-guard'],
  ['db'],
  ['observe'],
  ['errors', 'env', 'hmac', 'json', 'bindings'],
]

/** What lower floors may know of `auth`: the shape of a principal, which has no behaviour and imports nothing of ours. */
const SHARED = ['auth/principal.ts']

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('sql-guard/parser/'))

const imports = files.flatMap((from) =>
  [...readFileSync(join(SRC, from), 'utf8').matchAll(/(?:from|import) '([^']+)'/g)].map(([, to = '']) => ({
    from,
    to,
  })),
)

describe('imports in src', () => {
  it('point one way', () => {
    const turnBack = imports
      .map(({ from, to }) => ({ from, to: inSrc(from, to) }))
      .filter(({ from, to }) => to !== undefined && !SHARED.includes(to) && floorOf(to) < floorOf(from))

    expect(imports.length).toBeGreaterThan(100)
    expect(turnBack).toEqual([])
  })

  it('see a floor for every file, so that a new room cannot be left out', () => {
    expect(files.filter((file) => floorOf(file) === -1)).toEqual([])
  })

  it('reach the database driver from db only', () => {
    const driver = imports.filter(({ to }) => to.startsWith('@neondatabase/') || to === 'pg')

    expect(new Set(driver.map(({ from }) => dirname(from)))).toEqual(new Set(['db']))
  })

  it('never leave src for what belongs to development', () => {
    const outside = imports.filter(({ from, to }) => to.startsWith('.') && inSrc(from, to) === undefined)

    expect(outside.filter(({ to }) => !to.endsWith('pgquery.wasm') && !to.endsWith('pgquery.js'))).toEqual([])
  })
})

/** A relative import as a path below src, or undefined when it leaves it or is a package. */
function inSrc(from: string, to: string): string | undefined {
  if (!to.startsWith('.')) return undefined
  const path = relative(SRC, join(SRC, dirname(from), to)).replaceAll('\\', '/')
  return path.startsWith('..') || !files.includes(path) ? undefined : path
}

function floorOf(path: string): number {
  const room = (path.split('/')[0] ?? '').replace(/(\.d)?\.ts$/, '')
  return FLOORS.findIndex((rooms) => rooms.includes(room))
}

describe('imports between the rooms', () => {
  /** What a room may see of another, as the beginning of a path. Tests see everything and nobody sees them. */
  const MAY_SEE: Readonly<Record<string, readonly string[]>> = {
    src: ['src/'],
    // The schema is dumped from an embedded Postgres.
    sql: ['sql/', 'dev/neon/'],
    // A preview is filled with the demo's data, and with nothing else of development.
    ops: ['ops/', 'sql/', 'src/', 'dev/demo/', 'dev/neon/copy-target.ts'],
    dev: ['dev/', 'ops/terminal/', 'sql/', 'src/', 'node_modules/'],
  }

  it('go only where the room may see', () => {
    const seen = Object.keys(MAY_SEE).flatMap((room) => importsOf(room).map((one) => ({ room, ...one })))
    const forbidden = seen.filter(({ room, to }) => !MAY_SEE[room]?.some((start) => to.startsWith(start)))

    expect(seen.filter(({ room }) => room === 'ops').length).toBeGreaterThan(0)
    expect(forbidden).toEqual([])
  })
})

/** Relative imports of a room, as paths from the repository's root. */
function importsOf(room: string): { from: string; to: string }[] {
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .map((file) => `${room}/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts') && !file.startsWith('src/sql-guard/parser/'))
    .flatMap((from) =>
      [...readFileSync(join(ROOT, from), 'utf8').matchAll(/(?:from |import |import\()'(\.[^']+)'/g)].map(
        ([, to = '']) => ({
          from,
          to: relative(ROOT, join(ROOT, dirname(from), to)).replaceAll('\\', '/'),
        }),
      ),
    )
}
