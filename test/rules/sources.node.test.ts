import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url).href)
const MOST_LINES = 300

/** Longer for one reason each. */
const LONGER: Readonly<Record<string, string>> = {
  'sql/schema.sql': 'written by a script',
  'src/bindings.d.ts': 'written by a script',
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.(ts|sql)$/.test(file) && !file.includes('/parser/'))
}

const linesOf = (file: string) => readFileSync(join(ROOT, file), 'utf8').split('\n').length

it('files stay short enough to be read in one go', () => {
  const long = ['src', 'sql', 'ops', 'dev', 'test']
    .flatMap(filesIn)
    .filter((file) => !(file in LONGER) && !file.startsWith('dev/demo/catalogue/') && linesOf(file) > MOST_LINES)

  expect(long).toEqual([])
})

it('every migration says what, why, what it locks, how to undo it and what it needs', () => {
  const migrations = filesIn('sql').filter((file) => /\/\d{4}_[a-z0-9_]+\.sql$/.test(file))
  const headers = migrations.map((file) => ({
    file,
    keys: [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^--! (\w+): \S/gm)].map(([, key]) => key),
  }))

  expect(migrations.length).toBeGreaterThan(5)
  expect(headers.filter(({ keys }) => keys.join() !== 'name,why,locks,undo,requires')).toEqual([])
})

it('versions are exact, so that an older Node cannot silently take older releases', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >
  const versions = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}),
  )

  expect(versions.length).toBeGreaterThan(20)
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

it('nothing is left for later', () => {
  const marks = new RegExp(
    ['TO' + 'DO', 'FIX' + 'ME', '@ts-' + 'ignore', 'as an' + 'y[,;)\\]]', '\\.on' + 'ly\\('].join('|'),
  )
  const left = ['src', 'sql', 'ops', 'dev', 'test']
    .flatMap(filesIn)
    .filter((file) => marks.test(readFileSync(join(ROOT, file), 'utf8')))

  expect(left).toEqual([])
})
