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

  const serve = (...specs: string[]) =>
    runWrangler(context.access(), ['versions', 'deploy', ...specs, ...at, '--yes', '--message', options.message])

  const tried = async (headers: Record<string, string>) => {
    const checks = await smoke({
      publicUrl: options.publicUrl,
      token: options.token,
      headers,
      ...(context.fetch === undefined ? {} : { fetch: context.fetch }),
    })
    if (checks.every(({ isOk }) => isOk)) return `${checks.length} of ${checks.length} passed`
    throw new Error(`the new version does not answer as it must:\n${smokeLines(checks).join('\n')}`)
  }

  /** Whatever goes wrong from the first share on may leave requests at the new version, also when wrangler's own answer was lost. */
  const orBack = async (work: () => Promise<string>): Promise<string> => {
    try {
      return await work()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      await serve(`${before}@100%`).catch((cause: unknown) => {
        throw new AdvisedError(
          `${why}\nThe way back to version ${before} failed too: ${cause instanceof Error ? cause.message : String(cause)}`,
          `Send every request back: npx wrangler versions deploy ${before}@100% --name ${worker} --yes`,
          { cause: error },
        )
      })
      throw new AdvisedError(
        `${why}\nEvery request goes to the version before again.`,
        'The database keeps its new schema: migrations only add, so the version before works on it.',
        { cause: error },
      )
    }
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
        return applied.length === 0 ? 'up to date' : `${applied.length} applied`
      },
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
    },
    {
      name: `${FIRST_SHARE} %`,
      what: `sends one request in ${100 / FIRST_SHARE} to the new version, and the smoke test to nothing else`,
      run: () =>
        orBack(async () => {
          await serve(`${next}@${FIRST_SHARE}%`, `${before}@${100 - FIRST_SHARE}%`)
          return tried({ 'Cloudflare-Workers-Version-Overrides': `${worker}="${next}"` })
        }),
    },
    {
      name: '100 %',
      what: 'sends every request to the new version, and tries once more',
      run: () =>
        orBack(async () => {
          await serve(`${next}@100%`)
          return tried({})
        }),
    },
  ]
}
