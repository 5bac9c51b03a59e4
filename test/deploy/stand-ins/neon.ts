import { randomUUID } from 'node:crypto'
import { type LocalDatabase, startLocalDatabase } from '../../../dev/neon/local-database.ts'
import { openOwnerPool } from '../../../sql/connect.ts'
import { migrate } from '../../../sql/migrations.ts'
import { type JsonServer, startJsonServer } from './json-server.ts'

/**
 * Neon's API on loopback: the shapes, codes and operations of its version 2, with a real Postgres behind every branch. Work goes on
 * behind the answers, as there: an operation is done only after it was asked about, and a branch is locked until then.
 */

interface Branch {
  readonly id: string
  readonly name: string
  readonly default: boolean
  readonly init_source: string
  expires_at: string | undefined
  readonly database: LocalDatabase
  password: string
}

interface Project {
  readonly id: string
  readonly name: string
  readonly branches: Map<string, Branch>
}

export interface NeonStandIn extends JsonServer {
  readonly projects: Map<string, Project>
  /** The local endpoint behind an address that the API gave out. */
  endpointOf(url: string): string | undefined
  databaseOf(url: string): LocalDatabase | undefined
  /** Makes a project with a migrated default branch, as an earlier setup has. */
  addProject(name: string): Promise<Project>
}

const POLLS_UNTIL_DONE = 2

/** `port` is the first database's, for whoever must know it beforehand. */
export async function startNeon({ port = 0 } = {}): Promise<NeonStandIn> {
  const projects = new Map<string, Project>()
  const operations = new Map<string, { polls: number; action: string }>()

  const begin = (...actions: string[]) =>
    actions.map((action) => {
      const id = randomUUID()
      operations.set(id, { polls: 0, action })
      return { id, action, status: 'scheduling' }
    })
  const isLocked = () => [...operations.values()].some(({ polls }) => polls < POLLS_UNTIL_DONE)
  const shown = ({ database: _, password: __, ...branch }: Branch) => branch
  const branchOf = (project: string, id: string) => projects.get(project)?.branches.get(id)
  const everyBranch = () => [...projects.values()].flatMap((one) => [...one.branches.values()])
  const behind = (url: string) => everyBranch().find(({ id }) => new URL(url).hostname.startsWith(`ep-${id}.`))

  async function addBranch(
    project: Project,
    name: string,
    from: 'empty' | 'schema-only' | 'parent-data',
    expires?: string,
  ) {
    const isFirst = everyBranch().length === 0
    const database = await startLocalDatabase(isFirst ? { port } : {})
    if (from !== 'empty') await inherit(database, from)
    const branch: Branch = {
      id: `br-${randomUUID().slice(0, 8)}`,
      name,
      default: project.branches.size === 0,
      init_source: from === 'schema-only' ? from : 'parent-data',
      expires_at: expires,
      database,
      password: new URL(database.ownerUrl).password,
    }
    project.branches.set(branch.id, branch)
    return branch
  }

  async function addProject(name: string) {
    const project: Project = { id: `proj-${randomUUID().slice(0, 8)}`, name, branches: new Map() }
    projects.set(project.id, project)
    await addBranch(project, 'main', 'empty')
    return project
  }

  const server = await startJsonServer({
    'GET /projects': () => ({ body: { projects: [...projects.values()].map(projectBody) } }),
    'POST /projects': async ({ body }) => {
      const project = await addProject((body as { project: { name: string } }).project.name)
      const [branch] = project.branches.values()
      return {
        status: 201,
        body: {
          project: projectBody(project),
          branch: branch && shown(branch),
          operations: begin('create_timeline', 'start_compute'),
        },
      }
    },
    'GET /projects/:project': ({ params: [id = ''] }) => {
      const project = projects.get(id)
      return project === undefined ? missing('project') : { body: { project: projectBody(project) } }
    },
    'DELETE /projects/:project': async ({ params: [id = ''] }) => {
      const project = projects.get(id)
      if (project === undefined) return missing('project')
      projects.delete(id)
      for (const { database } of project.branches.values()) await database.stop()
      return { body: { project: projectBody(project) } }
    },
    'GET /projects/:project/operations/:id': ({ params: [, id = ''] }) => {
      const operation = operations.get(id)
      if (operation === undefined) return missing('operation')
      operation.polls++
      const status = operation.polls < POLLS_UNTIL_DONE ? 'running' : 'finished'
      return { body: { operation: { id, action: operation.action, status } } }
    },
    'GET /projects/:project/branches': ({ params: [id = ''] }) => ({
      body: { branches: [...(projects.get(id)?.branches.values() ?? [])].map(shown) },
    }),
    'POST /projects/:project/branches': async ({ params: [id = ''], body }) => {
      const project = projects.get(id)
      if (project === undefined) return missing('project')
      if (isLocked()) return locked()
      const { branch } = body as { branch: { name: string; init_source?: 'schema-only'; expires_at?: string } }
      const made = await addBranch(project, branch.name, branch.init_source ?? 'parent-data', branch.expires_at)
      return { status: 201, body: { branch: shown(made), operations: begin('create_branch', 'start_compute') } }
    },
    'PATCH /projects/:project/branches/:branch': ({ params: [project = '', id = ''], body }) => {
      const branch = branchOf(project, id)
      if (branch === undefined) return missing('branch')
      branch.expires_at = (body as { branch: { expires_at: string } }).branch.expires_at
      return { body: { branch: shown(branch), operations: [] } }
    },
    'DELETE /projects/:project/branches/:branch': async ({ params: [project = '', id = ''] }) => {
      const branch = branchOf(project, id)
      if (branch === undefined) return missing('branch')
      if (isLocked()) return locked()
      projects.get(project)?.branches.delete(id)
      await branch.database.stop()
      return { body: { branch: shown(branch), operations: begin('suspend_compute', 'delete_timeline') } }
    },
    'GET /projects/:project/branches/:branch/databases': ({ params: [project = '', id = ''] }) => {
      const url = branchOf(project, id)?.database.ownerUrl
      if (url === undefined) return missing('branch')
      const { pathname, username } = new URL(url)
      return { body: { databases: [{ id: 1, name: pathname.slice(1), owner_name: username }] } }
    },
    'POST /projects/:project/branches/:branch/roles/:role/reset_password': ({
      params: [project = '', id = '', role],
    }) => {
      const branch = branchOf(project, id)
      if (branch === undefined) return missing('branch')
      // The role's real password stays: what is tried here is that it was asked for.
      return { body: { role: { name: role, password: 'new' }, operations: begin('apply_config') } }
    },
    'GET /projects/:project/connection_uri': ({ params: [project = ''], search }) => {
      const branch = branchOf(project, search.get('branch_id') ?? '')
      if (branch === undefined) return missing('branch')
      if (isLocked()) return locked()
      const url = new URL(branch.database.ownerUrl)
      url.hostname = `ep-${branch.id}.us-east-2.aws.neon.tech`
      url.port = ''
      return { body: { uri: url.href } }
    },
  })
  return {
    ...server,
    projects,
    addProject,
    endpointOf: (url) => behind(url)?.database.endpoint,
    databaseOf: (url) => behind(url)?.database,
    async stop() {
      await server.stop()
      for (const { database } of everyBranch()) await database.stop()
    },
  }
}

/** What a branch begins with: the parent's schema, and its rows or none at all. */
async function inherit(database: LocalDatabase, from: 'schema-only' | 'parent-data'): Promise<void> {
  const pool = openOwnerPool(database.ownerUrl, database.endpoint)
  await migrate(pool)
  await pool.end()
  if (from === 'parent-data') return
  const superuser = openOwnerPool(database.superuserUrl, database.endpoint)
  const client = await superuser.connect()
  const { rows } = await client.query(
    `select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables from pg_tables
      where schemaname in ('retail', 'app', 'tenancy', 'migration')
        -- It refuses to be emptied, and a database that was made a moment ago has none of it.
        and tablename <> 'audit_log'`,
  )
  await client.query(`truncate ${rows[0]?.tables} cascade`)
  client.release()
  await superuser.end()
}

const projectBody = ({ id, name }: Project) => ({ id, name, region_id: 'aws-us-east-2', pg_version: 17 })
const missing = (what: string) => ({ status: 404, body: { code: '', message: `${what} not found` } })
const locked = () => ({
  status: 423,
  body: { code: '', message: 'project already has running operations, scheduling of new ones is prohibited' },
})
