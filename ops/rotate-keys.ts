/** `npm run rotate-keys`: exchanges the key that signs the tenant context, with an overlap, so that no request is refused. */
import { openContext, STATE_OPTIONS } from './deploy/open-context.ts'
import { rotationSteps } from './deploy/rotate.ts'
import { describeSteps, runSteps } from './deploy/steps.ts'
import { AdvisedError } from './terminal/advised-error.ts'
import { commandAgain } from './terminal/again.ts'
import type { OptionSpec } from './terminal/arguments.ts'
import { createProgress } from './terminal/progress.ts'
import { runScript } from './terminal/run-script.ts'
import { onStop } from './terminal/stop.ts'

const DEFAULT_WORKER = 'zava-retail-analytics'

const OPTIONS: Record<string, OptionSpec> = {
  'dry-run': { help: 'say what would be done, and do nothing' },
  worker: { value: '<name>', help: `name of the Worker (default ${DEFAULT_WORKER})` },
  ...STATE_OPTIONS,
}

await runScript({ usage: 'npm run rotate-keys -- [options]', options: OPTIONS }, async ({ values, switches }) => {
  const worker = values.worker ?? DEFAULT_WORKER
  const env = { ...process.env }
  if (switches.has('dry-run')) env.CLOUDFLARE_API_TOKEN ||= 'not-used-by-a-dry-run'
  const stop = onStop()
  const context = await openContext({ worker, environment: 'production', folder: values.state, env, stop })
  const steps = rotationSteps(context)
  if (switches.has('dry-run')) {
    console.log(`Would rotate the key of ${worker}:\n${describeSteps(steps)}\nNothing was done.`)
    return 0
  }
  if (context.state.secrets === undefined) {
    throw new AdvisedError(
      `Nothing is known of ${worker} here.`,
      `Copy the state of its setup to ${context.file.path}.`,
    )
  }
  await runSteps(steps, { progress: createProgress(process.stdout), again: commandAgain('rotate-keys'), stop })
  return 0
})
