import { runWrangler } from '../cloud/wrangler.ts'
import { type DeploymentContext, deployStep, serviceRoleStep } from './deployment.ts'
import type { Step } from './steps.ts'

interface Before {
  /** That served; undefined when there was no Worker. */
  readonly version: string | undefined
  readonly namespaces: readonly string[]
}

/**
 * The Worker of a preview, then the password it logs in with and the key it signs with. In this order, because a run that knows
 * nothing of a preview that is there already has other keys than that one's Worker: until the new code is up, the old one has its own.
 */
export function previewWorkerSteps(context: DeploymentContext, down: string) {
  const { cloudflare, state } = context
  const { worker, environment } = state
  const deploy = deployStep(context)
  const serviceRole = serviceRoleStep(context)
  /** Known once it was looked at; from then on there may be something to take back. */
  let before: Before | undefined
  let isPasswordGiven = false

  async function look(accountId: string): Promise<Before> {
    if (!(await cloudflare.hasWorker(accountId, worker))) return { version: undefined, namespaces: [] }
    const [version, namespaces] = [
      cloudflare.servingVersion(accountId, worker),
      cloudflare.namespaces(accountId, worker),
    ]
    return { version: await version, namespaces: await namespaces }
  }

  async function goBack({ version, namespaces }: Before): Promise<string> {
    const { accountId = '' } = state
    const at = ['--env', environment, '--name', worker, '--yes']
    if (version === undefined) await cloudflare.deleteWorker(accountId, worker)
    else await runWrangler(context.access(), ['versions', 'deploy', `${version}@100%`, ...at])
    await cloudflare.deleteNamespaces(accountId, worker, namespaces)
    if (version === undefined) return `The Worker ${worker} was taken down.`
    return `The Worker ${worker} was there before, and stays with the version before.`
  }

  const steps: readonly Step[] = [
    {
      ...deploy,
      async run() {
        before = await look(state.accountId ?? '')
        return deploy.run()
      },
      async undo() {
        if (before === undefined) return undefined
        // The version before has another password, with which it could not log in any more.
        if (before.version !== undefined && isPasswordGiven) {
          return `The Worker ${worker} was there before, and stays with the new code.`
        }
        const outcome = await goBack(before)
        before = undefined
        return outcome
      },
      left() {
        if (before === undefined || isPasswordGiven) return undefined
        if (before.version === undefined) return `The Worker ${worker} may be up. Take it down: ${down}`
        return `The Worker ${worker} may have new code and other keys than its database. Running this again mends it.`
      },
    },
    {
      ...serviceRole,
      async run() {
        const outcome = await serviceRole.run()
        isPasswordGiven = true
        return outcome
      },
    },
  ]
  return { steps, mayHaveKeys: () => before !== undefined }
}
