import { z } from 'zod'
import { AdvisedError } from '../terminal/advised-error.ts'
import { ApiError, type ApiOptions, openApi, pauseUntil } from './api.ts'

/**
 * The part of Neon's API (v2) that a deployment needs. Neon does its work behind the answer: whoever goes on before the
 * operations are done is answered 423, or finds a database that refuses connections.
 */

export const NEON_API = 'https://console.neon.tech/api/v2'

const operation = z.object({ id: z.string(), action: z.string(), status: z.string() })
const branch = z.object({
  id: z.string(),
  name: z.string(),
  default: z.boolean().default(false),
  created_at: z.string().optional(),
  expires_at: z.string().nullish(),
  /** What it began with: the rows of its parent too, or the schema alone. */
  init_source: z.string().optional(),
})
const project = z.object({ id: z.string(), name: z.string(), region_id: z.string(), pg_version: z.number() })
const made = z.object({ branch, operations: z.array(operation).default([]) })

export type NeonBranch = z.output<typeof branch>
export type NeonProject = z.output<typeof project>

const DONE = new Set(['finished', 'skipped', 'cancelled'])
const POLL_MS = 1_000
const OPERATIONS_WITHIN_MS = 5 * 60_000
/** The oldest that the migrations accept. */
const PG_VERSION = 17

export interface NewBranch {
  readonly name: string
  readonly parentId: string
  /** Copies no rows of the parent. */
  readonly schemaOnly: boolean
  readonly expiresAt: Date
}

/** Opens Neon's API. Every method returns when Neon has finished what it began. */
export function openNeon(
  options: Omit<ApiOptions, 'provider' | 'baseUrl'> & { readonly baseUrl?: string | undefined },
) {
  const { sleep = pauseUntil(options.signal) } = options
  const api = openApi({ ...options, provider: 'Neon', baseUrl: options.baseUrl ?? NEON_API })

  async function settle(projectId: string, operations: readonly z.output<typeof operation>[]): Promise<void> {
    for (const { id, action, status } of operations) {
      let now = status
      for (let waited = 0; !DONE.has(now); waited += POLL_MS) {
        if (now === 'failed' || waited > OPERATIONS_WITHIN_MS) {
          throw new AdvisedError(
            `Neon's operation "${action}" ${now === 'failed' ? 'failed' : 'did not end within five minutes'}.`,
            'Look at the project in Neon’s console, then run the same command again: it takes up where it stopped.',
          )
        }
        await sleep(POLL_MS)
        const answer = await api(`/projects/${projectId}/operations/${id}`)
        now = z.object({ operation }).parse(answer).operation.status
      }
    }
  }

  return {
    async projects(): Promise<NeonProject[]> {
      return z.object({ projects: z.array(project) }).parse(await api('/projects?limit=100')).projects
    },

    async findProject(name: string): Promise<NeonProject | undefined> {
      const answer = await api(`/projects?limit=100&search=${encodeURIComponent(name)}`)
      return z
        .object({ projects: z.array(project) })
        .parse(answer)
        .projects.find((one) => one.name === name)
    },

    async getProject(id: string): Promise<NeonProject> {
      return z.object({ project }).parse(await api(`/projects/${id}`)).project
    },

    async createProject({ name, region }: { name: string; region?: string | undefined }): Promise<NeonProject> {
      const body = { project: { name, pg_version: PG_VERSION, ...(region === undefined ? {} : { region_id: region }) } }
      const answer = z
        .object({ project, operations: z.array(operation).default([]) })
        .parse(await api('/projects', { method: 'POST', body }))
      await settle(answer.project.id, answer.operations)
      return answer.project
    },

    /** Returns false when there is no such project any more. */
    async deleteProject(id: string): Promise<boolean> {
      try {
        await api(`/projects/${id}`, { method: 'DELETE' })
        return true
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return false
        throw error
      }
    },

    async branches(projectId: string): Promise<NeonBranch[]> {
      const answer = await api(`/projects/${projectId}/branches?limit=1000`)
      return z.object({ branches: z.array(branch) }).parse(answer).branches
    },

    async createBranch(projectId: string, { name, parentId, schemaOnly, expiresAt }: NewBranch): Promise<NeonBranch> {
      const body = {
        branch: {
          name,
          parent_id: parentId,
          expires_at: expiresAt.toISOString(),
          ...(schemaOnly ? { init_source: 'schema-only' } : {}),
        },
        endpoints: [{ type: 'read_write' }],
      }
      const answer = made.parse(await api(`/projects/${projectId}/branches`, { method: 'POST', body }))
      await settle(projectId, answer.operations)
      return answer.branch
    },

    async expireBranch(projectId: string, id: string, expiresAt: Date): Promise<void> {
      const body = { branch: { expires_at: expiresAt.toISOString() } }
      const answer = made.parse(await api(`/projects/${projectId}/branches/${id}`, { method: 'PATCH', body }))
      await settle(projectId, answer.operations)
    },

    async deleteBranch(projectId: string, id: string): Promise<void> {
      const answer = made.parse(await api(`/projects/${projectId}/branches/${id}`, { method: 'DELETE' }))
      await settle(projectId, answer.operations)
    },

    /** Gives the owner of a branch a password of its own: a branch inherits its parent's. */
    async resetOwnerPassword(projectId: string, branchId: string): Promise<void> {
      const { owner_name } = await databaseOf(projectId, branchId)
      const path = `/projects/${projectId}/branches/${branchId}/roles/${owner_name}/reset_password`
      const answer = z
        .object({ operations: z.array(operation).default([]) })
        .parse(await api(path, { method: 'POST', body: {} }))
      await settle(projectId, answer.operations)
    },

    /** Returns the owner's connection string of a branch (of the default branch when none is named), past the pooler. */
    async ownerUrl(projectId: string, branchId?: string): Promise<string> {
      const id = branchId ?? (await this.branches(projectId)).find((one) => one.default)?.id ?? ''
      const { name, owner_name } = await databaseOf(projectId, id)
      const search = new URLSearchParams({ branch_id: id, database_name: name, role_name: owner_name, pooled: 'false' })
      return z.object({ uri: z.string() }).parse(await api(`/projects/${projectId}/connection_uri?${search}`)).uri
    },
  }

  async function databaseOf(projectId: string, branchId: string) {
    const answer = await api(`/projects/${projectId}/branches/${branchId}/databases`)
    const { databases } = z
      .object({ databases: z.array(z.object({ name: z.string(), owner_name: z.string() })) })
      .parse(answer)
    const [first] = databases
    if (first === undefined) {
      throw new AdvisedError('The Neon branch has no database.', 'Make one in Neon’s console, then run this again.')
    }
    return first
  }
}

export type Neon = ReturnType<typeof openNeon>
