import type { DeploymentContext } from './deployment.ts'
import type { Step } from './steps.ts'

/**
 * Undoes a deployment, last step first: the Worker with its objects' storage, its KV namespace, then the database if the setup
 * made it. A database that was given is left as it is.
 */
export function teardownSteps(context: DeploymentContext, { keepsDatabase = false } = {}): readonly Step[] {
  const { cloudflare, neon, state, file, env } = context
  // A machine that did not run the setup can undo it too.
  const accountId = async () => env.CLOUDFLARE_ACCOUNT_ID ?? state.accountId ?? (await cloudflare.onlyAccount())
  return [
    {
      name: 'Worker',
      what: `deletes the Worker ${state.worker} and what its objects have stored`,
      async run() {
        return (await cloudflare.deleteWorker(await accountId(), state.worker)) ? 'deleted' : 'there was none'
      },
    },
    {
      name: 'KV namespace',
      what: `deletes its KV namespaces: registered clients, grants and tokens, cached embeddings`,
      async run() {
        return (await cloudflare.deleteNamespaces(await accountId(), state.worker)) > 0 ? 'deleted' : 'there was none'
      },
    },
    {
      name: 'Database',
      what: keepsDatabase
        ? 'keeps it'
        : 'deletes the Neon project or branch if the setup made it; keeps a database that was given',
      async run() {
        const { neon: at } = state
        if (keepsDatabase || at === undefined || neon === undefined) return 'kept'
        if (at.branchId !== undefined) {
          const branches = await neon.branches(at.projectId)
          if (!branches.some(({ id }) => id === at.branchId)) return 'there was none'
          await neon.deleteBranch(at.projectId, at.branchId)
          return 'branch deleted'
        }
        if (!at.isOurs) return 'kept: the project was there before'
        return (await neon.deleteProject(at.projectId)) ? 'project deleted' : 'there was none'
      },
    },
    {
      name: 'Keys',
      what: `removes ${file.path}`,
      async run() {
        // Whoever keeps the database may need to log in to it again.
        await file.remove()
        return 'removed'
      },
    },
  ]
}
