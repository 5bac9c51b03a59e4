/** `npm run setup`: from nothing to a deployed, tried service; safe to run again, and after a failure. */
import { clientGuides } from '../src/pages/clients.ts'
import { clientLines } from './clients/page.ts'
import { type DeploymentContext, publicUrlOf } from './deploy/deployment.ts'
import { openContext, STATE_OPTIONS } from './deploy/open-context.ts'
import { askForSetup, missingForSetup } from './deploy/questions.ts'
import { setupSteps } from './deploy/setup-steps.ts'
import { type DeploymentState, openState } from './deploy/state.ts'
import { describeSteps, runSteps } from './deploy/steps.ts'
import { AdvisedError } from './terminal/advised-error.ts'
import { commandAgain } from './terminal/again.ts'
import type { OptionSpec } from './terminal/arguments.ts'
import { createProgress } from './terminal/progress.ts'
import { runScript } from './terminal/run-script.ts'
import { onStop } from './terminal/stop.ts'

const DEFAULT_WORKER = 'zava-retail-analytics'

const OPTIONS: Record<string, OptionSpec> = {
  yes: { help: 'ask nothing: everything comes from the environment' },
  'dry-run': { help: 'say what would be done, and do nothing' },
  worker: { value: '<name>', help: `name of the Worker (default ${DEFAULT_WORKER})` },
  region: { value: '<id>', help: 'region of a new Neon project, for example aws-us-west-2' },
  demo: { help: 'fill an empty database with the demo data' },
  ...STATE_OPTIONS,
}

await runScript({ usage: 'npm run setup -- [options]', options: OPTIONS }, async ({ values, switches }) => {
  const worker = values.worker ?? DEFAULT_WORKER
  const env = { ...process.env }
  const given = { region: values.region, withDemo: switches.has('demo') }
  const isDry = switches.has('dry-run')
  if (isDry) env.CLOUDFLARE_API_TOKEN ||= 'not-used-by-a-dry-run'
  const known = (await openState(worker, values.state).read()) ?? {}
  const mayAsk = !isDry && !switches.has('yes') && process.stdin.isTTY === true
  const { region, withDemo } = mayAsk ? await askForSetup(env, known, given) : given
  if (!isDry) refuseIncomplete(env, known)
  const stop = onStop()
  const context = await openContext({
    worker,
    environment: 'production',
    region,
    folder: values.state,
    env,
    stop,
  })
  const steps = setupSteps(context, { withDemo })
  if (isDry) {
    console.log(`Would deploy ${worker}:\n${describeSteps(steps)}\nNothing was done.`)
    return 0
  }
  await runSteps(steps, { progress: createProgress(process.stdout), again: commandAgain('setup'), stop })
  console.log(goodbye(context))
  return 0
})

function refuseIncomplete(env: NodeJS.ProcessEnv, known: Partial<DeploymentState>): void {
  const missing = missingForSetup(env, known)
  if (missing.length === 0) return
  throw new AdvisedError(
    `The environment lacks ${missing.map(({ name }) => name).join(' and ')}.`,
    missing.map(({ name, question }) => `${name}: ${question}`).join('\n'),
  )
}

function goodbye(context: DeploymentContext): string {
  const publicUrl = publicUrlOf(context)
  const url = new URL('/mcp', publicUrl).href
  return [
    '',
    `The MCP server is at ${url}`,
    `How each client is told about it: ${publicUrl}`,
    '',
    ...clientLines(clientGuides(url)),
    '',
    ...(context.env.OIDC_ISSUER === undefined
      ? ['Nobody can sign in yet: set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET and run this again.', '']
      : []),
    `Keys and passwords of this deployment are in ${context.file.path}: keep a copy in a safe place.`,
    'Next: your own data (npm run data:import), who may sign in (npm run users), undo everything (npm run teardown).',
  ].join('\n')
}
