import { migrate } from '../../sql/migrations.ts'
import { runWrangler } from '../cloud/wrangler.ts'
import { withOwnerPool } from '../owner-database.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import type { DeploymentContext } from './deployment.ts'
import { smoke, smokeLines } from './smoke.ts'
import type { Step } from './steps.ts'

/** What share of the requests the new version gets while it is tried. */
const FIRST_SHARE = 10

export interface ReleaseOptions {
  readonly publicUrl: string
  readonly ownerUrl: string
  readonly message: string
  /** Of a user, for the MCP part of the smoke test. */
  readonly token?: string | undefined
}

/**
 * Brings new code to an existing deployment: migrate first (expand only, so that the old code goes on), then one request in
 * ten, then all, each step tried; what fails goes back to the version before.
 */
export function releaseSteps(context: DeploymentContext, options: ReleaseOptions): readonly Step[] {
  const { worker, environment } = context.state
  const at = ['--env', environment, '--name', worker]
  let before = ''
  let next = ''
  let added = 0
  /** From then on requests may go to the new version, also when wrangler's own answer was lost. */
  let isSent = false

  const serve = (...specs: string[]) =>
    runWrangler(context.access(), ['versions', 'deploy', ...specs, ...at, '--yes', '--message', options.message])
  const send = (...specs: string[]) => {
    isSent = true
    return serve(...specs)
  }

  const tried = async (headers: Record<string, string>) => {
    const checks = await smoke({
      publicUrl: options.publicUrl,
      token: options.token,
      headers,
      signal: context.stop?.signal,
      ...(context.fetch === undefined ? {} : { fetch: context.fetch }),
    })
    context.stop?.signal.throwIfAborted()
    if (checks.every(({ isOk }) => isOk)) return `${checks.length} of ${checks.length} passed`
    throw new Error(`the new version does not answer as it must:\n${smokeLines(checks).join('\n')}`)
  }

  /** Both steps that send requests are taken back in the same way, and at once. */
  const back: Pick<Step, 'undo' | 'left'> = {
    async undo() {
      if (!isSent) return undefined
      await serve(`${before}@100%`).catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause)
        throw new Error(`The way back to version ${before} failed too: ${why}`, { cause })
      })
      isSent = false
      return `Every request goes to the version before again (${before.slice(0, 8)}).`
    },
    left: () =>
      isSent
        ? `Requests may go to version ${next}. Send every request back: npx wrangler versions deploy ${before}@100% --name ${worker} --yes`
        : undefined,
  }

  return [
    {
      name: 'Migrations',
      what: 'brings the database to the newest schema, which the running version must be able to live with',
      async run() {
        const applied = await withOwnerPool(
          { url: options.ownerUrl, endpoint: context.endpointOf(options.ownerUrl) },
          (pool) => migrate(pool),
        )
        added = applied.length
        return added === 0 ? 'up to date' : `${added} applied`
      },
      undo: async () =>
        added === 0
          ? undefined
          : 'The database keeps its new schema: migrations only add, so the version before works on it.',
    },
    {
      name: 'Upload',
      what: 'uploads the code as a version that nobody is sent to yet',
      async run() {
        before = await context.cloudflare.servingVersion(context.access().accountId, worker)
        const report = await runWrangler(context.access(), ['versions', 'upload', ...at, '--message', options.message])
        next = report.find(({ type }) => type === 'version-upload')?.version_id ?? ''
        if (next === '')
          throw new AdvisedError('wrangler did not say which version it uploaded.', 'Look at the dashboard.')
        return next.slice(0, 8)
      },
      undo: async () =>
        next === '' ? undefined : `Version ${next.slice(0, 8)} is uploaded, and nobody is sent to it.`,
    },
    {
      name: `${FIRST_SHARE} %`,
      what: `sends one request in ${100 / FIRST_SHARE} to the new version, and the smoke test to nothing else`,
      async run() {
        await send(`${next}@${FIRST_SHARE}%`, `${before}@${100 - FIRST_SHARE}%`)
        return tried({ 'Cloudflare-Workers-Version-Overrides': `${worker}="${next}"` })
      },
      ...back,
    },
    {
      name: '100 %',
      what: 'sends every request to the new version, and tries once more',
      async run() {
        await send(`${next}@100%`)
        return tried({})
      },
      ...back,
    },
  ]
}
