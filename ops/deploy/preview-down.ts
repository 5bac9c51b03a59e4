import type { DeploymentContext } from './deployment.ts'
import { PREVIEW_PREFIX } from './preview.ts'
import { neonOf, PREVIEW_DAYS } from './preview-branch.ts'
import type { Step } from './steps.ts'

/** A preview as both providers know it. */
export interface PreviewSighting {
  readonly name: string
  readonly worker: boolean
  readonly branch: boolean
  readonly expiresAt: string | undefined
  /** When the Worker was deployed last. */
  readonly deployedAt: string | undefined
}

/**
 * Says why nobody needs a preview any more; undefined when somebody may. A branch ends by itself, the Worker before it does not. One
 * without a branch counts only when it is as old as a branch gets: the list may be that of another project.
 */
export function whyForgotten(
  { branch, worker, expiresAt, deployedAt }: PreviewSighting,
  now: Date,
): string | undefined {
  const isPast = (time: string | undefined, days = 0) =>
    time !== undefined && Date.parse(time) + days * 24 * 3600_000 < now.getTime()
  if (branch) return isPast(expiresAt) ? `ended ${expiresAt?.slice(0, 10)}` : undefined
  return worker && isPast(deployedAt, PREVIEW_DAYS) ? 'its branch has ended' : undefined
}

/** Takes a preview down by its name, whatever is left of it and whoever made it; needs no state of this machine. */
export function previewDownSteps(context: DeploymentContext): readonly Step[] {
  const { cloudflare, env, state, file } = context
  const accountId = async () => env.CLOUDFLARE_ACCOUNT_ID ?? state.accountId ?? (await cloudflare.onlyAccount())
  return [
    {
      name: 'Worker',
      what: 'deletes the Worker and what its objects have stored',
      run: async () =>
        (await cloudflare.deleteWorker(await accountId(), state.worker)) ? 'deleted' : 'there was none',
    },
    {
      name: 'KV namespace',
      what: 'deletes its registered clients, grants and tokens',
      run: async () =>
        (await cloudflare.deleteNamespaces(await accountId(), state.worker)) > 0 ? 'deleted' : 'there was none',
    },
    {
      name: 'Neon branch',
      what: 'deletes the branch',
      async run() {
        const { neon, projectId } = neonOf(context)
        const branch = (await neon.branches(projectId)).find(({ name }) => name === state.worker)
        if (branch === undefined) return 'there was none'
        await neon.deleteBranch(projectId, branch.id)
        return 'deleted'
      },
    },
    {
      name: 'Keys',
      what: 'removes its state from this machine',
      async run() {
        await file.remove()
        return 'removed'
      },
    },
  ]
}

/** Lists what both providers hold of previews. */
export async function listPreviews(context: DeploymentContext): Promise<PreviewSighting[]> {
  const { cloudflare, env } = context
  const { neon, projectId } = neonOf(context)
  const accountId = env.CLOUDFLARE_ACCOUNT_ID ?? (await cloudflare.onlyAccount())
  const [workers, branches] = await Promise.all([
    cloudflare.workers(accountId, PREVIEW_PREFIX),
    neon.branches(projectId),
  ])
  const own = branches.filter(({ name }) => name.startsWith(PREVIEW_PREFIX))
  const names = new Set([...workers.map(({ name }) => name), ...own.map(({ name }) => name)])
  return [...names].sort().map((name) => ({
    name: name.slice(PREVIEW_PREFIX.length),
    worker: workers.some((one) => one.name === name),
    branch: own.some((one) => one.name === name),
    expiresAt: own.find((one) => one.name === name)?.expires_at ?? undefined,
    deployedAt: workers.find((one) => one.name === name)?.modifiedOn,
  }))
}
