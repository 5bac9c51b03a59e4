import { migrate } from '../../sql/migrations.ts'
import { provisionService } from '../../sql/provision.ts'
import type { Cloudflare } from '../cloud/cloudflare.ts'
import type { Neon } from '../cloud/neon.ts'
import { type CloudflareAccess, runWrangler } from '../cloud/wrangler.ts'
import { type OwnerDatabase, withOwnerPool } from '../owner-database.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import type { Stop } from '../terminal/stop.ts'
import { workerConfiguration } from './configuration.ts'
import { makeSecrets, operatorToken } from './keys.ts'
import { type SmokeCheck, smoke, smokeLines } from './smoke.ts'
import type { DeploymentState, Secrets, StateFile } from './state.ts'
import type { Step } from './steps.ts'

/** A user without stores, made by the migrations: may use every tool and sees no row. */
const CANARY = '00000000-0000-4000-8000-00000000ca4a'

/** What a deployment works with; the tests hand in stand-ins for both providers. */
export interface DeploymentContext {
  readonly file: StateFile
  readonly state: DeploymentState
  /** Whether a run before has left a state on this machine. */
  readonly isKnown: boolean
  readonly stop?: Stop | undefined
  readonly env: NodeJS.ProcessEnv
  /** Where a local endpoint stands in for a database; undefined for a real one. */
  readonly endpointOf: (ownerUrl: string) => string | undefined
  readonly cloudflare: Cloudflare
  readonly access: () => CloudflareAccess
  /** Absent when the database's connection string is given. */
  readonly neon: Neon | undefined
  readonly region?: string | undefined
  readonly fetch?: typeof fetch
  /** Loads demo data where COPY over TCP cannot; Postgres itself when absent. */
  readonly loadDemo?: (ownerUrl: string) => Promise<string>
}

/** Writes down what is known now, so that a run that stops here goes on from here. */
export async function keep(context: DeploymentContext, more: Partial<DeploymentState>): Promise<void> {
  Object.assign(context.state, more)
  await context.file.write(context.state)
}

export function secretsOf({ state }: DeploymentContext): Secrets {
  if (state.secrets === undefined) throw new AdvisedError('There are no keys yet.', 'Run the setup from its start.')
  return state.secrets
}

export function publicUrlOf({ state }: DeploymentContext): string {
  if (state.publicUrl === undefined)
    throw new AdvisedError('The URL is not known yet.', 'Run the setup from its start.')
  return state.publicUrl
}

/** The database as its owner, and Neon's region when it is Neon's. */
export async function databaseOf(context: DeploymentContext): Promise<OwnerDatabase & { region?: string | undefined }> {
  const { state, neon, endpointOf } = context
  if (state.ownerUrl !== undefined) return { url: state.ownerUrl, endpoint: endpointOf(state.ownerUrl) }
  if (state.neon === undefined || neon === undefined) {
    throw new AdvisedError('The database is not known yet.', 'Run the setup from its start, with the same variables.')
  }
  const { projectId, branchId } = state.neon
  const [url, project] = await Promise.all([neon.ownerUrl(projectId, branchId), neon.getProject(projectId)])
  return { url, endpoint: endpointOf(url), region: project.region_id }
}

/** Cloudflare's side: who deploys, and under which URL people will reach it. */
export function accountStep(context: DeploymentContext): Step {
  return {
    name: 'Cloudflare',
    what: 'checks the API token, finds the account and its workers.dev name',
    async run() {
      const { cloudflare, env, state } = context
      const accountId = env.CLOUDFLARE_ACCOUNT_ID ?? state.accountId ?? (await cloudflare.onlyAccount())
      const publicUrl = env.PUBLIC_URL ?? `https://${state.worker}.${await cloudflare.subdomain(accountId)}.workers.dev`
      await keep(context, { accountId, publicUrl })
      return publicUrl
    },
  }
}

/** Makes keys and passwords once; later runs keep them. */
export function secretsStep(context: DeploymentContext): Step {
  return {
    name: 'Keys',
    what: `makes the signing keys and the service's password, kept in ${context.file.path}`,
    async run() {
      if (context.state.secrets !== undefined) return 'kept'
      await keep(context, { secrets: await makeSecrets() })
      return 'made'
    },
  }
}

export function migrateStep(context: DeploymentContext): Step {
  return {
    name: 'Migrations',
    what: 'brings the database to the newest schema',
    async run() {
      const applied = await withOwnerPool(await databaseOf(context), (pool) => migrate(pool))
      return applied.length === 0 ? 'up to date' : `${applied.length} applied`
    },
  }
}

/** In SQL on purpose: roles that Neon's console or API makes bypass row security. */
export function serviceRoleStep(context: DeploymentContext): Step {
  return {
    name: 'Service role',
    what: 'gives the role that owns nothing its password, and tells the database the signing key',
    async run() {
      const { servicePassword, contextKeyId, contextKey } = secretsOf(context)
      await withOwnerPool(await databaseOf(context), (pool) =>
        provisionService(pool, { password: servicePassword, keyId: contextKeyId, keyHex: contextKey }),
      )
      return `zava_mcp, key ${contextKeyId}`
    },
  }
}

export function deployStep(context: DeploymentContext): Step {
  return {
    name: 'Deploy',
    what: 'checks the configuration, then uploads code and secrets in one go; the first time wrangler makes the KV namespaces',
    async run() {
      const { worker, environment } = context.state
      const { url, region } = await databaseOf(context)
      const configuration = workerConfiguration({
        publicUrl: publicUrlOf(context),
        ownerUrl: url,
        region,
        secrets: secretsOf(context),
        env: context.env,
      })
      // Wrangler makes namespaces before it uploads; when the upload failed they are in the way of the next try, and empty.
      const { accountId = '' } = context.state
      if (!(await context.cloudflare.hasWorker(accountId, worker)))
        await context.cloudflare.deleteNamespaces(accountId, worker)
      const args = ['deploy', '--env', environment, '--name', worker]
      const report = await runWrangler(context.access(), args, configuration)
      const version = report.find(({ type }) => type === 'deploy')?.version_id
      return version == null ? worker : `${worker}, version ${version.slice(0, 8)}`
    },
  }
}

/** Tries what was deployed. Throws `AdvisedError` when something of it does not work. */
export function smokeStep(
  context: DeploymentContext,
  onDone: (checks: readonly SmokeCheck[]) => void = () => {},
): Step {
  return {
    name: 'Smoke test',
    what: 'asks the deployment as a stranger and as real MCP clients of both protocol eras',
    async run() {
      const publicUrl = publicUrlOf(context)
      const checks = await smoke({
        publicUrl,
        token: await smokeToken(context),
        signal: context.stop?.signal,
        ...(context.fetch === undefined ? {} : { fetch: context.fetch }),
      })
      context.stop?.signal.throwIfAborted()
      onDone(checks)
      if (checks.some(({ isOk }) => !isOk)) {
        throw new AdvisedError(
          `the deployment does not answer as it must:\n${smokeLines(checks).join('\n')}`,
          'The reason is in the Worker’s log: npx wrangler tail',
        )
      }
      return `${checks.length} of ${checks.length} passed`
    },
  }
}

/** With an issuer of the company's own, we cannot sign; then SMOKE_TOKEN may hold a token of that issuer. */
export async function smokeToken(context: DeploymentContext, userId: string = CANARY): Promise<string | undefined> {
  const { env } = context
  if (env.SMOKE_TOKEN !== undefined || env.TOKEN_ISSUER !== undefined) return env.SMOKE_TOKEN
  return operatorToken(publicUrlOf(context), secretsOf(context), userId)
}
