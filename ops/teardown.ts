/** `npm run teardown`: undoes `npm run setup`. */
import { openContext, STATE_OPTIONS } from './deploy/open-context.ts'
import { describeSteps, runSteps } from './deploy/steps.ts'
import { teardownSteps } from './deploy/teardown.ts'
import { AdvisedError } from './terminal/advised-error.ts'
import { commandAgain } from './terminal/again.ts'
import type { OptionSpec } from './terminal/arguments.ts'
import { ask } from './terminal/ask.ts'
import { createProgress } from './terminal/progress.ts'
import { runScript } from './terminal/run-script.ts'
import { onStop } from './terminal/stop.ts'

const DEFAULT_WORKER = 'zava-retail-analytics'

const OPTIONS: Record<string, OptionSpec> = {
  yes: { help: 'do not ask for the name once more' },
  'dry-run': { help: 'say what would be deleted, and delete nothing' },
  worker: { value: '<name>', help: `name of the Worker (default ${DEFAULT_WORKER})` },
  'keep-database': { help: 'keep the Neon project' },
  ...STATE_OPTIONS,
}

await runScript({ usage: 'npm run teardown -- [options]', options: OPTIONS }, async ({ values, switches }) => {
  const worker = values.worker ?? DEFAULT_WORKER
  const env = { ...process.env }
  if (switches.has('dry-run')) env.CLOUDFLARE_API_TOKEN ||= 'not-used-by-a-dry-run'
  const stop = onStop()
  const context = await openContext({ worker, environment: 'production', folder: values.state, env, stop })
  const steps = teardownSteps(context, { keepsDatabase: switches.has('keep-database') })
  if (switches.has('dry-run')) {
    console.log(`Would undo ${worker}:\n${describeSteps(steps)}\nNothing was done.`)
    return 0
  }
  if (!switches.has('yes')) {
    const answer = process.stdin.isTTY
      ? await ask({ text: `This deletes data for good. Type ${worker} to go on`, signal: stop.signal })
      : ''
    if (answer !== worker) throw new AdvisedError('Nothing was deleted.', 'Add --yes to delete without being asked.')
  }
  await runSteps(steps, { progress: createProgress(process.stdout), again: commandAgain('teardown'), stop })
  return 0
})
