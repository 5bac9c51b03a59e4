import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { VARIABLE_NAMES } from '../../src/env.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'test/corpus/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
]
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts
const testSources = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
const testFiles = testSources.filter((file) => file.endsWith('.test.ts'))
const tests = testSources.map(read).join('\n')

/** The text of a script, and of what it imports from beside itself. */
function sourceOf(script: string): string {
  const [file = ''] = /(?:ops|dev|sql|test)\/[\w/-]+\.ts/.exec(scripts[script] ?? '') ?? []
  const source = read(file)
  const imported = [...source.matchAll(/from '(\.[^']+\.ts)'/g)].map(([, path = '']) => read(join(dirname(file), path)))
  return [source, ...imported].join('\n')
}

/** Lines of shell blocks, and commands between backticks. */
const commands = documents.flatMap((file) => {
  const text = read(file)
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.split('\n'))
  const inline = [...text.matchAll(/`((?:[A-Z_]+=\S+ )?npm [^`\n]+|npx [^`\n]+)`/g)].map(([, command = '']) => command)
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

  it('leave out no script but npm’s own hook', () => {
    const text = ['README.md', 'docs/operate.md'].map(read).join('\n')
    const unnamed = Object.keys(scripts).filter(
      (script) =>
        !text.includes(`npm run ${script}`) && !text.includes(`npm run --silent ${script}`) && !NPM.includes(script),
    )

    expect(unnamed).toEqual(['prepare'])
  })

  it('name only tests that there are: a filter of `npm test` or `npm run proof` finds a file of that kind', () => {
    const filters = commands.flatMap(({ file, line }) =>
      [...line.matchAll(/npm (test|run proof) -- ([^#]+)/g)].flatMap(([, kind = '', rest = '']) =>
        rest
          .trim()
          .split(/\s+/)
          .map((filter) => ({ file, kind, filter })),
      ),
    )
    const finds = (kind: string, filter: string) =>
      testFiles.some((one) => one.includes(filter) && one.includes('.proof.') === (kind === 'run proof'))

    expect(filters.length).toBeGreaterThan(20)
    expect(filters.filter(({ kind, filter }) => !finds(kind, filter))).toEqual([])
  })

  it('name only words and options that the script knows', () => {
    const said = commands.flatMap(({ file, line }) =>
      [...line.matchAll(/npm run (?:--silent )?([\w:-]+) -- ([^#`]+)/g)]
        .filter(([, script = '']) => !['proof', 'test', 'migrate', 'deploy'].includes(script))
        .flatMap(([, script = '', rest = '']) => {
          const [first = '', ...others] = rest.trim().split(/\s+/)
          const words = [first, ...others.filter((word) => word.startsWith('--'))]
          return words.flatMap((word) => word.split(/\\?\|/)).map((word) => ({ file, script, word }))
        }),
    )
    // A value in place of a word: a file, a person, an area.
    const isValue = (word: string) => /^["<.…]|\/$|\.csv$/.test(word)
    const unknown = said.filter(
      ({ script, word }) =>
        !isValue(word) && !new RegExp(`(?<![\\w-])${word.replace(/^--/, '')}(?![\\w-])`).test(sourceOf(script)),
    )

    expect(said.length).toBeGreaterThan(20)
    expect(unknown).toEqual([])
  })

  it('name only files and folders of this repository that there are', () => {
    const named = documents.flatMap((file) =>
      [...read(file).matchAll(/`((?:src|sql|ops|dev|test|docs|\.github|\.ci|\.vscode)\/[^`\s]*)`/g)].map(
        ([, path = '']) => ({
          file,
          path,
        }),
      ),
    )
    const isThere = (path: string) =>
      existsSync(join(ROOT, path)) ||
      // A migration goes by its number.
      (/^sql\/\d{4}$/.test(path) && readdirSync(join(ROOT, 'sql')).some((one) => one.startsWith(path.slice(4))))

    expect(named.length).toBeGreaterThan(50)
    expect(named.filter(({ path }) => !/[<*]|NNNN/.test(path) && !isThere(path))).toEqual([])
  })

  it('put every folder of src in a layer, and every tool among the principles', () => {
    const text = read('docs/architecture.md')
    const [, layers = ''] = /## The four layers\n(.*?)\n## /s.exec(text) ?? []
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((one) => one.isDirectory())
    const tools = readdirSync(join(ROOT, 'src/mcp/tools')).filter((file) => /^\w+(-\w+)*\.ts$/.test(file))
    const isTool = (file: string) => read(`src/mcp/tools/${file}`).includes('export default defineTool')

    expect(folders.map(({ name }) => name).filter((name) => !layers.includes(`\`src/${name}/\``))).toEqual([])
    expect(tools.filter((file) => isTool(file) && !text.includes(`src/mcp/tools/${file}`))).toEqual([])
  })

  it('name every secret and variable that the workflows read', () => {
    const workflows = readdirSync(join(ROOT, '.github/workflows')).map((file) => read(`.github/workflows/${file}`))
    const asked = [...workflows.join('\n').matchAll(/(?:secrets|vars)\.([A-Z_]+)/g)].map(([, name = '']) => name)
    const [, explained = ''] = /## On GitHub\n(.*?)(?:\n## |$)/s.exec(read('docs/operate.md')) ?? []

    expect(asked.length).toBeGreaterThan(5)
    expect(asked.filter((name) => !explained.includes(`\`${name}\``))).toEqual([])
  })

  it('explain every variable that the Worker reads', () => {
    const [, settings = ''] = /## Settings\n(.*?)(?:\n## |$)/s.exec(read('docs/operate.md')) ?? []
    const explained = [...settings.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].flatMap(([, names = '']) =>
      names.replaceAll('`', '').split(', '),
    )

    expect(explained.sort()).toEqual([...VARIABLE_NAMES].sort())
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

  it('point only at headings that there are', () => {
    const links = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(([, to = '', heading = '']) => ({
        to: to === '' ? file : join(dirname(file), to),
        heading,
      })),
    )
    const headingsOf = (file: string) =>
      [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
        text
          .toLowerCase()
          .replace(/[^\w\s-]/g, '')
          .replaceAll(' ', '-'),
      )

    expect(links.length).toBeGreaterThan(3)
    expect(links.filter(({ to, heading }) => !headingsOf(to).includes(heading))).toEqual([])
  })
})
