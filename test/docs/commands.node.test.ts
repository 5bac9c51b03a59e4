import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
]
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts
const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(`test/${file.replaceAll('\\', '/')}`))
  .join('\n')

/** Lines of shell blocks, and commands between backticks. */
const commands = documents.flatMap((file) => {
  const text = read(file)
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.split('\n'))
  const inline = [...text.matchAll(/`(npm [^`\n]+|npx [^`\n]+)`/g)].map(([, command = '']) => command)
  return [...blocks, ...inline]
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({ file, line }))
})

/** What one has to have an account for; the documents say so beside it. */
const NEEDS_AN_ACCOUNT = ['setup', 'teardown', 'release', 'preview', 'rotate-keys', 'deploy']
/** Tried under another name than their file's. */
const TRIED: Readonly<Record<string, string>> = {
  bench: 'test/bench/bench.node.test.ts',
  clients: 'test/docs/clients.node.test.ts',
}
/** npm's own words. */
const NPM = ['start', 'test', 'ci', 'install', 'run', 'exec']

describe('the documents', () => {
  it('name only scripts that there are', () => {
    const named = commands.flatMap(({ file, line }) =>
      [...line.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => ({ file, script })),
    )
    const words = commands.flatMap(({ line }) =>
      [...line.matchAll(/npm (?!run)([a-z]+)/g)].map(([, word = '']) => word),
    )

    expect(named.length).toBeGreaterThan(20)
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([])
    expect(words.filter((word) => !NPM.includes(word))).toEqual([])
  })

  it('name only scripts that a test runs, or that need an account and say so', () => {
    const named = new Set(
      commands.flatMap(({ line }) =>
        [...line.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => script),
      ),
    )
    const untried = [...named].filter((script) => {
      const [file = ''] = /(?:ops|dev|sql|test)\/[\w/-]+\.ts/.exec(scripts[script] ?? '') ?? []
      const stem = file.replace(/^\w+\//, '').replace(/\.ts$/, '')
      const isPartOfTheRun = [
        'check',
        'format',
        'types',
        'test',
        'proof',
        'schema',
        'server-postgres',
        'migrate',
      ].includes(script)
      const isElsewhere = existsSync(join(ROOT, TRIED[script] ?? 'nowhere'))
      return !isPartOfTheRun && !isElsewhere && !NEEDS_AN_ACCOUNT.includes(script) && !tests.includes(stem)
    })
    const marked = documents.filter((file) => read(file).includes('needs an account'))

    expect(untried).toEqual([])
    expect(marked).toContain('README.md')
  })

  it('point only at files that there are', () => {
    const links = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(([, to = '']) => ({ file, to })),
    )
    const missing = links.filter(({ file, to }) => {
      try {
        readdirSync(join(ROOT, file, '..', to))
        return false
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT'
      }
    })

    expect(links.length).toBeGreaterThan(5)
    expect(missing).toEqual([])
  })
})
