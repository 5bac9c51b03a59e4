/** `npm run preview -- up <name> | down <name> | list`: a Worker and a Neon branch of their own, per name. */
import { appendFile } from 'node:fs/promises'
import { people } from '../dev/demo/people.ts'
import { publicUrlOf, smokeToken } from './deploy/deployment.ts'
import { openContext, STATE_OPTIONS } from './deploy/open-context.ts'
import { PREVIEW_PREFIX, previewName, previewSteps } from './deploy/preview.ts'
import { listPreviews, previewDownSteps, whyForgotten } from './deploy/preview-down.ts'
import { type SmokeCheck, smokeLines } from './deploy/smoke.ts'
import { describeSteps, runSteps } from './deploy/steps.ts'
import { commandAgain } from './terminal/again.ts'
import { ArgumentError, type OptionSpec } from './terminal/arguments.ts'
import { explain } from './terminal/explain.ts'
import { createProgress } from './terminal/progress.ts'
import { runScript } from './terminal/run-script.ts'
import { onStop, StoppedError } from './terminal/stop.ts'
import { renderTable } from './terminal/table.ts'

const OPTIONS: Record<string, OptionSpec> = {
  'with-data': { help: 'branch with the rows of the parent, customers included; without it demo data' },
  keep: { help: 'leave what was made when a step fails, to look at it' },
  report: { value: '<file>', help: 'append the result as Markdown, for a comment' },
  'dry-run': { help: 'say what would be done, and do nothing' },
  ...STATE_OPTIONS,
}
const USAGE = 'npm run preview -- up <name> | down <name> | token <name> <manager> | list | sweep'
const progress = createProgress(process.stdout)

await runScript({ usage: USAGE, options: OPTIONS, maxWords: 3 }, async ({ words, values, switches }) => {
  const [act, name, who] = words
  const isDry = switches.has('dry-run')
  const env = { ...process.env }
  if (isDry) env.CLOUDFLARE_API_TOKEN ||= 'not-used-by-a-dry-run'
  if (act === 'list' && name === undefined) return list(env)
  if (act === 'sweep' && name === undefined) return sweep(env, values.state, isDry)
  if (name === undefined || !['up', 'down', 'token'].includes(act ?? '')) throw new ArgumentError(`It goes: ${USAGE}`)
  const stop = onStop()
  const context = await openContext({
    worker: previewName(name),
    environment: 'preview',
    folder: values.state,
    env,
    stop,
  })

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
  const how = { progress, again: commandAgain('preview'), stop }
  if (act === 'down') {
    await runSteps(steps, how)
    return 0
  }
  try {
    await runSteps(steps, { ...how, keepsHalf: switches.has('keep') })
  } catch (error) {
    await report(values.report, `Preview **${name}** failed: ${firstLine(error)}`, checks)
    throw error
  }
  const url = publicUrlOf(context)
  await report(values.report, `Preview **${name}**: ${url}`, checks)
  console.log(`\nThe preview is at ${url}\nA token for it: npm run --silent preview -- token ${name} seattle`)
  return 0
})

function openAll(env: NodeJS.ProcessEnv) {
  return openContext({ worker: `${PREVIEW_PREFIX}list`, environment: 'preview', env })
}

async function list(env: NodeJS.ProcessEnv): Promise<number> {
  const seen = await listPreviews(await openAll(env))
  const rows = seen.map((one) => [
    one.name,
    one.worker ? 'yes' : 'no',
    one.branch ? 'yes' : 'no',
    whyForgotten(one, new Date()) ?? one.expiresAt?.slice(0, 10),
  ])
  console.log(rows.length === 0 ? 'There are no previews.' : renderTable(['Preview', 'Worker', 'Branch', 'Ends'], rows))
  return 0
}

/** Takes down what is forgotten; one that cannot be does not keep the others. */
async function sweep(env: NodeJS.ProcessEnv, folder: string | undefined, isDry: boolean): Promise<number> {
  const stop = onStop()
  let code = 0
  let count = 0
  for (const one of await listPreviews(await openAll(env))) {
    const why = whyForgotten(one, new Date())
    if (why === undefined) continue
    count++
    console.log(`${one.name}: ${why}${isDry ? '' : '; is taken down'}`)
    if (isDry) continue
    try {
      const worker = PREVIEW_PREFIX + one.name
      const context = await openContext({ worker, environment: 'preview', folder, env, stop })
      await runSteps(previewDownSteps(context), { progress, again: commandAgain('preview'), stop })
    } catch (error) {
      if (error instanceof StoppedError) throw error
      console.error(explain(error))
      code = 1
    }
  }
  if (count === 0) console.log('No preview is forgotten.')
  else if (isDry) console.log('Nothing was done.')
  return code
}

async function report(file: string | undefined, title: string, checks: readonly SmokeCheck[]): Promise<void> {
  if (file === undefined) return
  const lines = checks.length === 0 ? [] : ['', '```', ...smokeLines(checks), '```']
  await appendFile(file, `${[title, ...lines].join('\n')}\n`)
}

/** The first line of what an error says: the rest may be long, and a comment is public. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
