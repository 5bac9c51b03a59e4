/** `npm run preview -- up <name> | down <name> | list`: a Worker and a Neon branch of their own, per name. */
import { appendFile } from 'node:fs/promises'
import { people } from '../dev/demo/people.ts'
import { publicUrlOf, smokeToken } from './deploy/deployment.ts'
import { openContext, STATE_OPTIONS } from './deploy/open-context.ts'
import { PREVIEW_PREFIX, previewName, previewSteps } from './deploy/preview.ts'
import { listPreviews, previewDownSteps } from './deploy/preview-down.ts'
import { bringUp, firstLine } from './deploy/preview-up.ts'
import { type SmokeCheck, smokeLines } from './deploy/smoke.ts'
import { describeSteps, runSteps } from './deploy/steps.ts'
import { ArgumentError, type OptionSpec } from './terminal/arguments.ts'
import { createProgress } from './terminal/progress.ts'
import { runScript } from './terminal/run-script.ts'
import { renderTable } from './terminal/table.ts'

const OPTIONS: Record<string, OptionSpec> = {
  'with-data': { help: 'branch with the rows of the parent, customers included; without it demo data' },
  keep: { help: 'leave what was made when a step fails, to look at it' },
  report: { value: '<file>', help: 'append the result as Markdown, for a comment' },
  'dry-run': { help: 'say what would be done, and do nothing' },
  ...STATE_OPTIONS,
}
const USAGE = 'npm run preview -- up <name> | down <name> | token <name> <manager> | list'
const progress = createProgress(process.stdout)

await runScript({ usage: USAGE, options: OPTIONS, maxWords: 3 }, async ({ words, values, switches }) => {
  const [act, name, who] = words
  const isDry = switches.has('dry-run')
  const env = { ...process.env }
  if (isDry) env.CLOUDFLARE_API_TOKEN ||= 'not-used-by-a-dry-run'
  if (act === 'list' && name === undefined) return list(env)
  if (name === undefined || !['up', 'down', 'token'].includes(act ?? '')) throw new ArgumentError(`It goes: ${USAGE}`)
  const context = await openContext({ worker: previewName(name), environment: 'preview', folder: values.state, env })

  if (act === 'token') {
    const person = people.find(({ key }) => key === who)
    if (person === undefined) throw new ArgumentError(`Name one of: ${people.map(({ key }) => key).join(', ')}`)
    console.log(await smokeToken(context, person.userId))
    return 0
  }
  let checks: readonly SmokeCheck[] = []
  const options = {
    withData: switches.has('with-data'),
    onSmoke: (seen: readonly SmokeCheck[]) => {
      checks = seen
    },
  }
  const steps = act === 'down' ? previewDownSteps(context) : previewSteps(context, options)
  if (isDry) {
    console.log(`Would take ${name} ${act}:\n${describeSteps(steps)}\nNothing was done.`)
    return 0
  }
  const again = `npm run preview -- ${act} ${name}`
  if (act === 'down') {
    await runSteps(steps, { progress, again })
    return 0
  }
  try {
    await bringUp(context, { ...options, keepsHalf: switches.has('keep'), progress, again })
  } catch (error) {
    await report(values.report, `Preview **${name}** failed: ${firstLine(error)}`, checks)
    throw error
  }
  const url = publicUrlOf(context)
  await report(values.report, `Preview **${name}**: ${url}`, checks)
  console.log(`\nThe preview is at ${url}\nA token for it: npm run --silent preview -- token ${name} seattle`)
  return 0
})

async function list(env: NodeJS.ProcessEnv): Promise<number> {
  const context = await openContext({ worker: `${PREVIEW_PREFIX}list`, environment: 'preview', env })
  const seen = await listPreviews(context)
  const rows = seen.map((one) => [
    one.name,
    one.worker ? 'yes' : 'no',
    one.branch ? 'yes' : 'no',
    one.expiresAt?.slice(0, 10),
  ])
  console.log(rows.length === 0 ? 'There are no previews.' : renderTable(['Preview', 'Worker', 'Branch', 'Ends'], rows))
  return 0
}

async function report(file: string | undefined, title: string, checks: readonly SmokeCheck[]): Promise<void> {
  if (file === undefined) return
  const lines = checks.length === 0 ? [] : ['', '```', ...smokeLines(checks), '```']
  await appendFile(file, `${[title, ...lines].join('\n')}\n`)
}
