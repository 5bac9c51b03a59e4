import { AdvisedError } from '../terminal/advised-error.ts'
import { type DeploymentContext, keep } from './deployment.ts'
import type { Step } from './steps.ts'

/** A branch that nobody takes down ends by itself. */
export const PREVIEW_DAYS = 7

const DAY_MS = 24 * 3600_000

export interface BranchOptions {
  /** Customers' own rows come along; only when asked for. */
  readonly withData: boolean
  readonly now: () => Date
  /** The command that takes the preview down. */
  readonly down: string
}

/** The branch of a preview: the one that is there, if it holds what is asked for, else a new one. */
export function branchStep(context: DeploymentContext, { withData, now, down }: BranchOptions): Step {
  const { state } = context
  /** From then on there may be one that this run has made, also when Neon's answer was lost. */
  let isMade = false

  return {
    name: 'Neon branch',
    what: withData
      ? 'makes a branch with the rows of its parent'
      : 'makes a branch with the schema of its parent, without rows',
    async run() {
      const { neon, projectId } = neonOf(context)
      const expiresAt = new Date(now().getTime() + PREVIEW_DAYS * DAY_MS)
      const ends = `ends ${expiresAt.toISOString().slice(0, 10)}`
      const branches = await neon.branches(projectId)
      const known = branches.find(({ name }) => name === state.worker)
      if (known !== undefined) {
        refuseOtherRows(known.init_source, withData, down)
        await neon.expireBranch(projectId, known.id, expiresAt)
        await keep(context, { neon: { projectId, branchId: known.id, isOurs: true } })
        // Whoever made it may have been cut off before this.
        await neon.resetOwnerPassword(projectId, known.id)
        return `there already; ${ends}`
      }
      const parent = branches.find((one) => one.default)
      if (parent === undefined)
        throw new AdvisedError('The Neon project has no default branch.', 'Choose one in Neon’s console.')
      isMade = true
      const made = await neon.createBranch(projectId, {
        name: state.worker,
        parentId: parent.id,
        schemaOnly: !withData,
        expiresAt,
      })
      await keep(context, { neon: { projectId, branchId: made.id, isOurs: true } })
      // The owner's password is the parent's until then.
      await neon.resetOwnerPassword(projectId, made.id)
      return `made; ${ends}`
    },
    async undo() {
      if (!isMade) return undefined
      const { neon, projectId } = neonOf(context)
      const made = (await neon.branches(projectId)).find(({ name }) => name === state.worker)
      if (made !== undefined) await neon.deleteBranch(projectId, made.id)
      isMade = false
      return made === undefined ? undefined : `The Neon branch ${state.worker} was deleted.`
    },
    left: () => (isMade ? `The Neon branch ${state.worker} may be there. Delete it: ${down}` : undefined),
  }
}

/** Nobody gets customers' rows who has not asked for them, and nobody who has is left without. */
function refuseOtherRows(source: string | undefined, withData: boolean, down: string): void {
  if (source === undefined || (source === 'parent-data') === withData) return
  throw new AdvisedError(
    withData
      ? 'The preview is there already, without the rows of its parent.'
      : 'The preview is there already, with the rows of its parent, customers included.',
    withData ? `Take it down first: ${down}` : `Say --with-data if that is meant, or take it down first: ${down}`,
  )
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
