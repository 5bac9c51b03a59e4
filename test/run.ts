/**
 * `npm test` and `npm run proof`: starts the stack, runs the tests, ends with the line `N passed, N failed, N skipped`.
 * Further arguments go to vitest: `npm test -- test/wall`.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import '../dev/vendor-parser.ts'
import { startTestStack } from './support/start-stack.ts'

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

console.log('starting the databases …')
const { stack, stop } = await startTestStack(serverUrl)
const folder = await mkdtemp(join(tmpdir(), 'zava-test-'))
const reportFile = join(folder, 'report.json')

const code = await new Promise<number>((resolve) => {
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url).href)
  const child = spawn(
    process.execPath,
    [
      vitest,
      'run',
      '--config',
      'test/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...rest,
    ],
    { stdio: 'inherit', env: { ...process.env, TEST_STACK: JSON.stringify(stack), TEST_PROOF: String(isProof) } },
  )
  child.on('exit', (status) => resolve(status ?? 1))
})
await stop()

const report = JSON.parse(await readFile(reportFile, 'utf8').catch(() => 'null')) as Report | null
await rm(folder, { recursive: true })
if (report === null) {
  console.error('The tests did not run to the end.')
  process.exit(1)
}
if (serverUrl === undefined) {
  console.log('Not run: the wall on a server Postgres (TEST_SERVER_POSTGRES_URL is not set).')
}
const skipped = report.testResults.flatMap((file) =>
  file.assertionResults.filter(({ status }) => status === 'skipped' || status === 'pending'),
)
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`)
const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
// Errors outside of any test (a file that could not start, a rejection nobody awaited) are failures too.
const isUnclean = code !== 0 && report.numFailedTests + broken.length === 0
if (isUnclean) console.error('Errors outside of the tests made the run fail; see above.')
const failed = report.numFailedTests + broken.length + (isUnclean ? 1 : 0)
console.log(
  `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`,
)
process.exit(failed > 0 ? 1 : 0)
