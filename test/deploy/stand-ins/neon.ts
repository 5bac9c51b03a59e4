import { randomUUID } from 'node:crypto'
import { type LocalDatabase, startLocalDatabase } from '../../../dev/neon/local-database.ts'
import { openOwnerPool } from '../../../sql/connect.ts'
import { MIGRATED, openShelf, startCopy } from '../../support/node/shelves.ts'
import { type JsonServer, type JsonServerOptions, startJsonServer } from './json-server.ts'

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

export interface NeonOptions extends JsonServerOptions {
  readonly port?: number
}

/** `port` is the first database's, for whoever must know it beforehand. */
export async function startNeon({ port = 0, token }: NeonOptions = {}): Promise<NeonStandIn> {
  const projects = new Map<string, Project>()
  /** Of branches that are gone. A new branch begins in one of them: it takes a second, a new engine takes ten. */
  const spare: LocalDatabase[] = []
  const operations = new Map<string, { polls: number; action: string }>()

  const begin = (...actions: string[]) =>
    actions.map((action) => {
      const id = randomUUID()
      operations.set(id, { polls: 0, action })
      return { id, action, status: 'scheduling' }
    })
  /** Work goes on while nobody asks about it, too: each refusal brings it nearer to its end. */
  const isLocked = () => {
    const open = [...operations.values()].filter(({ polls }) => polls < POLLS_UNTIL_DONE)
    for (const operation of open) operation.polls++
    return open.length > 0
  }
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
    const used = from === 'empty' ? undefined : spare.pop()
    const isBrief = true
    const database =
      used ??
      (await (from === 'empty'
        ? startLocalDatabase({ isBrief, ...(isFirst ? { port } : {}) })
        : startCopy(openShelf('embedded', process.env), MIGRATED, { isBrief })))
    const parent = [...project.branches.values()].find((one) => one.default)
    if (from !== 'empty') await inherit(database, from === 'parent-data' ? parent?.database : undefined)
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

  const server = await startJsonServer(
    {
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
        spare.push(branch.database)
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
    },
    { token },
  )
  return {
    ...server,
    projects,
    addProject,
    endpointOf: (url) => behind(url)?.database.endpoint,
    databaseOf: (url) => behind(url)?.database,
    async stop() {
      await server.stop()
      for (const database of [...everyBranch().map((branch) => branch.database), ...spare]) await database.stop()
    },
  }
}

/** What a branch begins with: its parent's schema, and its rows if a parent is given. */
async function inherit(database: LocalDatabase, parent: LocalDatabase | undefined): Promise<void> {
  await asSuperuser(database, async (branch) => {
    // No triggers and no foreign keys while rows come from elsewhere.
    await branch.query('begin')
    await branch.query('set local session_replication_role = replica')
    const tables = (await branch.query(TABLES)).rows.map(
      ({ name, columns }) => [String(name), String(columns)] as const,
    )
    for (const [name] of tables) await branch.query(`delete from ${name}`)
    if (parent === undefined) return void (await branch.query('commit'))
    await asSuperuser(parent, async (main) => {
      for (const [name, columns] of tables) {
        const { rows } = await main.query(`select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${name} t`)
        const from = `jsonb_populate_recordset(null::${name}, $1::jsonb)`
        await branch.query(`insert into ${name} (${columns}) select ${columns} from ${from}`, [rows[0]?.rows])
      }
    })
    await branch.query('commit')
  })
}

const TABLES = `
  select format('%I.%I', table_schema, table_name) as name, string_agg(format('%I', column_name), ', ') as columns
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
   where table_schema in ('retail', 'app', 'tenancy', 'migration') and table_type = 'BASE TABLE'
     and is_generated = 'NEVER' and is_identity = 'NO'
     -- It refuses to be changed even so; a database that was made a moment ago has none of it.
     and table_name <> 'audit_log'
   group by 1 order by 1`

type Pool = ReturnType<typeof openOwnerPool>

async function asOwner<T>(
  { ownerUrl, endpoint }: Pick<LocalDatabase, 'ownerUrl' | 'endpoint'>,
  work: (pool: Pool) => Promise<T>,
) {
  const pool = openOwnerPool(ownerUrl, endpoint)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

function asSuperuser(
  { superuserUrl, endpoint }: LocalDatabase,
  work: (client: Awaited<ReturnType<Pool['connect']>>) => Promise<void>,
): Promise<void> {
  return asOwner({ ownerUrl: superuserUrl, endpoint }, async (pool) => {
    const client = await pool.connect()
    try {
      await work(client)
    } finally {
      client.release()
    }
  })
}

const projectBody = ({ id, name }: Project) => ({ id, name, region_id: 'aws-us-east-2', pg_version: 17 })
const missing = (what: string) => ({ status: 404, body: { code: '', message: `${what} not found` } })
const locked = () => ({
  status: 423,
  body: { code: '', message: 'project already has running operations, scheduling of new ones is prohibited' },
})
