/** `npm run release`: new code for an existing deployment, step by step, and back when it does not work. */

import { operatorToken } from './deploy/keys.ts'
import { openContext, STATE_OPTIONS } from './deploy/open-context.ts'
import { releaseSteps } from './deploy/release.ts'
import { describeSteps, runSteps } from './deploy/steps.ts'
import { AdvisedError } from './terminal/advised-error.ts'
import { commandAgain } from './terminal/again.ts'
import type { OptionSpec } from './terminal/arguments.ts'
import { createProgress } from './terminal/progress.ts'
import { runScript } from './terminal/run-script.ts'
import { onStop } from './terminal/stop.ts'

const DEFAULT_WORKER = 'zava-retail-analytics'
const CANARY = '00000000-0000-4000-8000-00000000ca4a'

const OPTIONS: Record<string, OptionSpec> = {
  'dry-run': { help: 'say what would be done, and do nothing' },
  worker: { value: '<name>', help: `name of the Worker (default ${DEFAULT_WORKER})` },
  message: { value: '<text>', help: 'stands beside the version in the dashboard' },
  ...STATE_OPTIONS,
}

await runScript({ usage: 'npm run release -- [options]', options: OPTIONS }, async ({ values, switches }) => {
  const worker = values.worker ?? DEFAULT_WORKER
  const env = { ...process.env }
  const isDry = switches.has('dry-run')
  if (isDry) env.CLOUDFLARE_API_TOKEN ||= 'not-used-by-a-dry-run'
  const stop = onStop()
  const context = await openContext({ worker, environment: 'production', folder: values.state, env, stop })
  const { state } = context
  const publicUrl = env.PUBLIC_URL ?? state.publicUrl
  const ownerUrl = env.DATABASE_OWNER_URL ?? state.ownerUrl ?? (await neonUrl())
  if (!isDry && (publicUrl === undefined || ownerUrl === undefined)) {
    throw new AdvisedError(
      `Nothing is known of ${worker} here.`,
      'Set PUBLIC_URL and DATABASE_OWNER_URL, or run this where the setup was run.',
    )
  }
  state.accountId ??= env.CLOUDFLARE_ACCOUNT_ID ?? (isDry ? '' : await context.cloudflare.onlyAccount())
  const steps = releaseSteps(context, {
    publicUrl: publicUrl ?? '',
    ownerUrl: ownerUrl ?? '',
    message: values.message ?? 'npm run release',
    token: env.SMOKE_TOKEN ?? (await ownToken()),
  })
  if (isDry) {
    console.log(`Would release ${worker}:\n${describeSteps(steps)}\nNothing was done.`)
    return 0
  }
  await runSteps(steps, { progress: createProgress(process.stdout), again: commandAgain('release'), stop })
  return 0

  async function neonUrl(): Promise<string | undefined> {
    if (isDry || context.neon === undefined || state.neon === undefined) return undefined
    return context.neon.ownerUrl(state.neon.projectId, state.neon.branchId)
  }

  async function ownToken(): Promise<string | undefined> {
    if (state.secrets === undefined || publicUrl === undefined || env.TOKEN_ISSUER !== undefined) return undefined
    return operatorToken(publicUrl, state.secrets, CANARY)
  }
})
