import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ROOT } from './paths.ts'
import { runNode } from './run-node.ts'

const PACKAGE = join(ROOT, 'node_modules/@modelcontextprotocol/conformance')

const checks = z.array(
  z.looseObject({
    name: z.string(),
    status: z.enum(['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'INFO']),
    errorMessage: z.string().optional(),
  }),
)

/** What the suite found: the scenarios that passed, and what is wrong with the others, one line per check. */
export interface SuiteReport {
  readonly passed: readonly string[]
  readonly problems: readonly string[]
}

/**
 * Runs what a revision requires of servers. Stricter than the suite's own verdict: a warning, a skipped check and a
 * scenario that checked nothing are problems too, for that is how missing notifications would show.
 */
export async function runSuite(url: string, revision: string, folder: string): Promise<SuiteReport> {
  // The exit code says less than the reports, which name what failed.
  const command = join(PACKAGE, 'dist/index.js')
  const { output } = await runNode(command, ['server', '--url', url, '--requirements', revision, '-o', folder])
  const reports = await readdir(folder).catch(() => {
    throw new Error(`The suite left no reports:\n${output}`)
  })
  const passed: string[] = []
  const problems: string[] = []
  for (const scenario of await readRequired(revision)) {
    const found = await findProblems(folder, reports, scenario)
    problems.push(...found.map((problem) => `${scenario}: ${problem}`))
    if (found.length === 0) passed.push(scenario)
  }
  return { passed, problems }
}

/** Reads the names under `server:` in the suite's own list of what a revision requires. */
async function readRequired(revision: string): Promise<string[]> {
  const list = await readFile(join(PACKAGE, 'requirements', `${revision}.yaml`), 'utf8')
  const [, server = ''] = /^server:\n((?: +- .+\n)+)/m.exec(list) ?? []
  return Array.from(server.matchAll(/- (\S+)/g), ([, name = '']) => name)
}

async function findProblems(folder: string, reports: readonly string[], scenario: string): Promise<string[]> {
  // Each report stands in a folder called `server-<scenario>-<time>`; one scenario's name may begin another's.
  const report = reports.find((name) => name.replace(/-\d{4}-\d{2}-\d{2}T[\d-]+Z$/, '') === `server-${scenario}`)
  if (report === undefined) return ['did not run']
  const found = checks.parse(JSON.parse(await readFile(join(folder, report, 'checks.json'), 'utf8')))
  const problems = found
    .filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO')
    .map(({ status, name, errorMessage }) => `${status} ${name}: ${errorMessage ?? 'no message'}`)
  const isChecked = problems.length > 0 || found.some(({ status }) => status === 'SUCCESS')
  return isChecked ? problems : ['checked nothing']
}
