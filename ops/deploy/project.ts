import { withOwnerPool } from '../owner-database.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { type DeploymentContext, databaseOf, keep } from './deployment.ts'
import type { Step } from './steps.ts'

/** The database: the one that was given, the project that was named, or a project of our own. */
export function databaseStep(context: DeploymentContext): Step {
  return {
    name: 'Database',
    what: 'takes DATABASE_OWNER_URL, the Neon project NEON_PROJECT_ID, or makes a Neon project',
    async run() {
      const where = await findOrMake(context)
      const version = await withOwnerPool(await databaseOf(context), async (pool) => {
        const client = await pool.connect()
        try {
          const { rows } = await client.query("select current_setting('server_version') as version")
          return String(rows[0]?.version)
        } finally {
          client.release()
        }
      })
      return `${where}, PostgreSQL ${version}`
    },
  }
}

async function findOrMake(context: DeploymentContext): Promise<string> {
  const { env, neon, state, region } = context
  if (env.DATABASE_OWNER_URL !== undefined) {
    await keep(context, { ownerUrl: env.DATABASE_OWNER_URL })
    return 'the one given'
  }
  if (neon === undefined) {
    if (state.ownerUrl !== undefined) return 'the one given before'
    throw new AdvisedError(
      'No database is named.',
      'Set NEON_API_KEY, or DATABASE_OWNER_URL to the owner’s connection string.',
    )
  }
  if (state.neon !== undefined) return `Neon project ${(await neon.getProject(state.neon.projectId)).name}`
  if (env.NEON_PROJECT_ID !== undefined) {
    const { id, name } = await neon.getProject(env.NEON_PROJECT_ID)
    await keep(context, { neon: { projectId: id, isOurs: false } })
    return `Neon project ${name}`
  }
  // An earlier run may have made it and stopped before it could write that down.
  const found = await neon.findProject(state.worker)
  const project = found ?? (await neon.createProject({ name: state.worker, region }))
  await keep(context, { neon: { projectId: project.id, isOurs: true } })
  return `Neon project ${project.name}, ${found === undefined ? 'made' : 'found'}`
}
