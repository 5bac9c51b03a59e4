import { withOwnerPool } from '../owner-database.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { carryOver, hasKeysOf, lacksMigrationRows, replaceKeys } from './carry-over.ts'
import { demoStep } from './demo-data.ts'
import { accountStep, type DeploymentContext, databaseOf, migrateStep, secretsStep, smokeStep } from './deployment.ts'
import { branchStep, neonOf } from './preview-branch.ts'
import { previewWorkerSteps } from './preview-worker.ts'
import type { SmokeCheck } from './smoke.ts'
import type { Step } from './steps.ts'

/** Workers and branches of previews begin so, and nothing else does: what `list` shows and `down` may delete. */
export const PREVIEW_PREFIX = 'zava-preview-'

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
  const { withData = false, now = () => new Date(), onSmoke } = options
  const down = `npm run preview -- down ${context.state.worker.slice(PREVIEW_PREFIX.length)}`
  const worker = previewWorkerSteps(context, down)
  return [
    {
      ...accountStep(context),
      async undo() {
        // Whatever this run wrote down is of use only where its keys are.
        if (!context.isKnown && !worker.mayHaveKeys()) await context.file.remove()
        return undefined
      },
    },
    secretsStep(context),
    branchStep(context, { withData, now, down }),
    ownKeysStep(context),
    migrateStep(context),
    ...(withData ? [] : [demoStep(context, 'small')]),
    ...worker.steps,
    smokeStep(context, onSmoke),
  ]
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
      return withOwnerPool(branch, (pool) =>
        withOwnerPool(parent, async (parentPool) => {
          const isEmpty = await lacksMigrationRows(pool)
          if (isEmpty) await carryOver(parentPool, pool)
          if (!(await isMigrated(pool))) return 'nothing inherited'
          // The Worker of a preview that is there already signs with one of the branch's own.
          if (!isEmpty && !(await hasKeysOf(parentPool, pool))) return 'kept: none is inherited'
          await replaceKeys(pool)
          return isEmpty ? 'replaced; rows of the migrations taken over' : 'replaced'
        }),
      )
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
