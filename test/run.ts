/**
 * `npm test` and `npm run proof`: starts the stack, runs the tests, ends with the line `N passed, N failed, N skipped`.
 * Further arguments go to vitest: `npm test -- test/wall`.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import '../dev/vendor-parser.ts'
import { makeShelfFolder } from './support/node/shelves.ts'
import { emptyShelf, enginesOf, fillShelf, newSecrets, startTestStack, type TestStack } from './support/start-stack.ts'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly success: boolean
  readonly testResults: readonly {
    readonly status: string
    readonly name: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

const isProof = process.argv.includes('--proof')
const rest = process.argv.slice(2).filter((argument) => argument !== '--proof')
const serverUrl = process.env.TEST_SERVER_POSTGRES_URL
const engines = enginesOf(serverUrl)

interface Part {
  readonly arguments: readonly string[]
  readonly workers: number
  /** Leaves out the proofs that hold times against a limit, or runs nothing but those of them that want no company or a pair. */
  readonly timed?: 'none' | 'alone' | 'paired'
}

/** Some tests wait in workerd while others wait in Node. */
const BESIDE: readonly Part[] = [
  { arguments: ['--project=edge'], workers: 1 },
  { arguments: ['--project=node'], workers: 2, timed: 'none' },
]
/** Each is two files, one per engine, that keep a core busy each and wait for long. */
const PAIRED = ['test/proof/at-once-', 'test/proof/whole-stack-']
const PAIRS: readonly (readonly Part[])[] = PAIRED.map((files) => [
  { arguments: ['--project=node', files], workers: engines.length, timed: 'paired' },
])
/** These want no company. */
const ALONE: readonly Part[] = [{ arguments: ['--project=node'], workers: 1, timed: 'alone' }]
const ofAll = isProof ? [BESIDE, ALONE, ...PAIRS] : [BESIDE]
const phases = rest.length > 0 ? [[{ arguments: rest, workers: 1 }]] : ofAll

console.log('starting the databases …')
const secrets = newSecrets()
const shelf = await makeShelfFolder()
process.env.TEST_SHELF = shelf
process.on('exit', () => rmSync(shelf, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))
// Many tests start processes of ours, each of which would compile the same files.
process.env.NODE_COMPILE_CACHE = join(shelf, 'compiled')
await Promise.all(engines.map((engine) => fillShelf(engine, secrets)))
const outcomes: Outcome[] = []
for (const parts of phases) outcomes.push(...(await Promise.all(parts.map(runPart))))
await Promise.all(engines.map(emptyShelf))

const reports = outcomes.flatMap(({ report }) => (report === null ? [] : [report]))
if (reports.length < outcomes.length) console.error('The tests did not run to the end.')
if (serverUrl === undefined) {
  console.log('Not run: the wall on a server Postgres (TEST_SERVER_POSTGRES_URL is not set).')
}
const files = reports.flatMap(({ testResults }) => testResults)
const skipped = files.flatMap((file) =>
  file.assertionResults.filter(({ status }) => status === 'skipped' || status === 'pending'),
)
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`)
const failed = outcomes.map(countFailed).reduce((sum, count) => sum + count)
const total = (count: (report: Report) => number) => reports.map(count).reduce((sum, one) => sum + one, 0)
console.log(
  `${total((one) => one.numPassedTests)} passed, ${failed} failed, ${total((one) => one.numPendingTests + one.numTodoTests)} skipped`,
)
process.exit(failed > 0 ? 1 : 0)

interface Outcome {
  readonly code: number
  /** Null when the tests did not run to the end. */
  readonly report: Report | null
}

async function runPart(part: Part): Promise<Outcome> {
  // Each worker gets a stack, so that none sees another.
  const stacks: TestStack[] = []
  while (stacks.length < part.workers) stacks.push(await startTestStack(engines, secrets))
  const outcome = await runTests(stacks, part)
  await Promise.all(stacks.map(({ stop }) => stop()))
  return outcome
}

async function runTests(stacks: readonly TestStack[], { arguments: more, timed }: Part): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'zava-test-'))
  const reportFile = join(folder, 'report.json')
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url).href)
  const config = ['--config', 'test/vitest.config.ts', `--maxWorkers=${stacks.length}`]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const code = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, [vitest, 'run', ...config, ...reporters, ...more], {
      stdio: 'inherit',
      env: {
        ...process.env,
        TEST_STACKS: JSON.stringify(stacks.map(({ stack }) => stack)),
        TEST_PROOF: String(isProof),
        ...(timed === undefined ? {} : { TEST_TIMED: timed }),
      },
    })
    child.on('exit', (status) => resolve(status ?? 1))
  })
  const report = JSON.parse(await readFile(reportFile, 'utf8').catch(() => 'null')) as Report | null
  await rm(folder, { recursive: true })
  return { code, report }
}

/** Errors outside of any test (a file that could not start, a rejection nobody awaited) are failures too. */
function countFailed({ code, report }: Outcome): number {
  if (report === null) return 1
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = report.numFailedTests + broken.length
  if (code === 0 || failed > 0) return failed
  console.error('Errors outside of the tests made the run fail; see above.')
  return 1
}
