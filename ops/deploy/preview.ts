import { withOwnerPool } from '../owner-database.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { carryOver, lacksMigrationRows, replaceKeys } from './carry-over.ts'
import { demoStep } from './demo-data.ts'
import {
  accountStep,
  type DeploymentContext,
  databaseOf,
  deployStep,
  keep,
  migrateStep,
  secretsStep,
  serviceRoleStep,
  smokeStep,
} from './deployment.ts'
import type { SmokeCheck } from './smoke.ts'
import type { Step } from './steps.ts'

/** Workers and branches of previews begin so, and nothing else does: what `list` shows and `down` may delete. */
export const PREVIEW_PREFIX = 'zava-preview-'
/** A branch that nobody takes down ends by itself. */
export const PREVIEW_DAYS = 7

const DAY_MS = 24 * 3600_000

export interface PreviewOptions {
  /** Customers' own rows come along; only when asked for. */
  readonly withData?: boolean
  readonly now?: () => Date
  readonly onSmoke?: (checks: readonly SmokeCheck[]) => void
}

/** Returns the Worker's and the branch's name. Throws `AdvisedError` when it cannot be one. */
export function previewName(name: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) return PREVIEW_PREFIX + name
  throw new AdvisedError(
    `"${name}" cannot be a preview's name.`,
    'Use lower-case letters, digits and hyphens, at most 40: npm run preview -- up pr-12',
  )
}

/** What a preview consists of, in order. Safe to repeat: a second `up` brings the same preview to the newest code. */
export function previewSteps(context: DeploymentContext, options: PreviewOptions = {}): readonly Step[] {
  return [
    accountStep(context),
    secretsStep(context),
    branchStep(context, options),
    ownKeysStep(context),
    migrateStep(context),
    serviceRoleStep(context),
    ...(options.withData ? [] : [demoStep(context, 'small')]),
    deployStep(context),
    smokeStep(context, options.onSmoke),
  ]
}

function branchStep(context: DeploymentContext, { withData = false, now = () => new Date() }: PreviewOptions): Step {
  return {
    name: 'Neon branch',
    what: withData
      ? 'makes a branch with the rows of its parent'
      : 'makes a branch with the schema of its parent, without rows',
    async run() {
      const { state } = context
      const { neon, projectId } = neonOf(context)
      const expiresAt = new Date(now().getTime() + PREVIEW_DAYS * DAY_MS)
      const branches = await neon.branches(projectId)
      const known = branches.find(({ name }) => name === state.worker)
      if (known !== undefined) {
        await neon.expireBranch(projectId, known.id, expiresAt)
        await keep(context, { neon: { projectId, branchId: known.id, isOurs: true } })
        return `there already; ends ${expiresAt.toISOString().slice(0, 10)}`
      }
      const parent = branches.find((one) => one.default)
      if (parent === undefined)
        throw new AdvisedError('The Neon project has no default branch.', 'Choose one in Neon’s console.')
      const made = await neon.createBranch(projectId, {
        name: state.worker,
        parentId: parent.id,
        schemaOnly: !withData,
        expiresAt,
      })
      // The owner's password is the parent's until then.
      await keep(context, { neon: { projectId, branchId: made.id, isOurs: true } })
      await neon.resetOwnerPassword(projectId, made.id)
      return `made; ends ${expiresAt.toISOString().slice(0, 10)}`
    },
  }
}

/** What a branch has inherited would open production's door: other keys before anything else. */
function ownKeysStep(context: DeploymentContext): Step {
  return {
    name: 'Own keys',
    what: 'replaces the signing keys that the branch has inherited; takes over the rows of the migrations',
    async run() {
      const { neon, projectId } = neonOf(context)
      const branch = await databaseOf(context)
      const parentUrl = await neon.ownerUrl(projectId)
      const parent = { url: parentUrl, endpoint: context.endpointOf(parentUrl) }
      return withOwnerPool(branch, async (pool) => {
        const isEmpty = await lacksMigrationRows(pool)
        if (isEmpty) await withOwnerPool(parent, (parentPool) => carryOver(parentPool, pool))
        if (!(await isMigrated(pool))) return 'nothing inherited'
        await replaceKeys(pool)
        return isEmpty ? 'replaced; rows of the migrations taken over' : 'replaced'
      })
    },
  }
}

async function isMigrated(pool: Parameters<typeof lacksMigrationRows>[0]): Promise<boolean> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query("select to_regclass('tenancy.signing_keys') is not null as here")
    return rows[0]?.here === true
  } finally {
    client.release()
  }
}

/** Previews need a Neon project: a branch is what makes them cheap. */
export function neonOf({ neon, env, state }: DeploymentContext) {
  const projectId = state.neon?.projectId ?? env.NEON_PROJECT_ID
  if (neon === undefined || projectId === undefined) {
    throw new AdvisedError(
      'Previews need a Neon project.',
      'Set NEON_API_KEY and NEON_PROJECT_ID; a key that is good for this one project is enough.',
    )
  }
  return { neon, projectId }
}
