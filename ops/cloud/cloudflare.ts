import { z } from 'zod'
import { AdvisedError } from '../terminal/advised-error.ts'
import { ApiError, type ApiOptions, openApi } from './api.ts'

/** The part of Cloudflare's API (v4) that wrangler has no script-friendly command for. */

export const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4'

/** KV bindings of wrangler.toml; a test compares. Never by prefix: one Worker's name may begin with another's. */
export const NAMESPACES: readonly string[] = ['OAUTH_KV', 'EMBEDDING_CACHE']

const account = z.object({ id: z.string(), name: z.string() })
const namespace = z.object({ id: z.string(), title: z.string() })
const deployments = z.object({
  deployments: z.array(z.object({ versions: z.array(z.object({ version_id: z.string(), percentage: z.number() })) })),
})
const script = z.object({ id: z.string(), modified_on: z.string().optional() })

const envelope = z.object({ result: z.unknown() })

/** Every answer wraps its content in `result`. */
function resultOf<T>(shape: z.ZodType<T>, answer: unknown): T {
  return shape.parse(envelope.parse(answer).result)
}

/** Opens Cloudflare's API with an API token. */
export function openCloudflare(
  options: Omit<ApiOptions, 'provider' | 'baseUrl'> & { readonly baseUrl?: string | undefined },
) {
  const api = openApi({ ...options, provider: 'Cloudflare', baseUrl: options.baseUrl ?? CLOUDFLARE_API })

  return {
    /** Lists the accounts that the token may use. */
    accounts: async () => resultOf(z.array(account), await api('/accounts?per_page=50')),

    /** Returns the one account that the token may use. Throws `AdvisedError` when there are several, or none. */
    async onlyAccount(): Promise<string> {
      const accounts = await this.accounts()
      const [first, second] = accounts
      if (first !== undefined && second === undefined) return first.id
      throw new AdvisedError(
        accounts.length === 0
          ? 'The Cloudflare API token sees no account.'
          : `The Cloudflare API token sees ${accounts.length} accounts: ${accounts.map(({ id, name }) => `${name} (${id})`).join(', ')}.`,
        'Set CLOUDFLARE_ACCOUNT_ID to the one to deploy to.',
      )
    },

    /** Returns the account's name below workers.dev. */
    async subdomain(accountId: string): Promise<string> {
      const answer = await api(`/accounts/${accountId}/workers/subdomain`).catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 404) throw error
        throw new AdvisedError(
          'The Cloudflare account has no workers.dev name yet.',
          'Open “Workers & Pages” in the dashboard once, choose a name, and run this again.',
        )
      })
      return resultOf(z.object({ subdomain: z.string() }), answer).subdomain
    },

    /** Returns the id of the version that most requests go to now. */
    async servingVersion(accountId: string, worker: string): Promise<string> {
      const answer = await api(`/accounts/${accountId}/workers/scripts/${worker}/deployments`)
      const shares = resultOf(deployments, answer).deployments[0]?.versions ?? []
      const [most] = [...shares].sort((a, b) => b.percentage - a.percentage)
      if (most !== undefined) return most.version_id
      throw new AdvisedError(`The Worker ${worker} has never been deployed.`, 'Deploy it first: npm run setup')
    },

    /** Lists the account's Workers whose name begins so. */
    async workers(accountId: string, prefix: string): Promise<{ name: string; modifiedOn: string | undefined }[]> {
      const scripts = resultOf(z.array(script), await api(`/accounts/${accountId}/workers/scripts`))
      return scripts
        .filter(({ id }) => id.startsWith(prefix))
        .map(({ id, modified_on }) => ({ name: id, modifiedOn: modified_on }))
    },

    async hasWorker(accountId: string, name: string): Promise<boolean> {
      return (await this.workers(accountId, name)).some((one) => one.name === name)
    },

    /** Deletes a Worker with the storage of its objects. Does nothing when there is none of that name. */
    async deleteWorker(accountId: string, name: string): Promise<boolean> {
      return deleted(api(`/accounts/${accountId}/workers/scripts/${name}?force=true`, { method: 'DELETE' }))
    },

    /** Returns the ids of the namespaces that wrangler made for a Worker, by the names it gives them. */
    async namespaces(accountId: string, worker: string): Promise<string[]> {
      const answer = await api(`/accounts/${accountId}/storage/kv/namespaces?per_page=1000`)
      const titles = NAMESPACES.map((binding) => `${worker}-${binding.toLowerCase().replaceAll('_', '-')}`)
      return resultOf(z.array(namespace), answer)
        .filter(({ title }) => titles.includes(title))
        .map(({ id }) => id)
    },

    /** Deletes the namespaces that wrangler made for a Worker, but for those to be kept. */
    async deleteNamespaces(accountId: string, worker: string, kept: readonly string[] = []): Promise<number> {
      const own = (await this.namespaces(accountId, worker)).filter((id) => !kept.includes(id))
      for (const id of own) await api(`/accounts/${accountId}/storage/kv/namespaces/${id}`, { method: 'DELETE' })
      return own.length
    },
  }
}

export type Cloudflare = ReturnType<typeof openCloudflare>

async function deleted(request: Promise<unknown>): Promise<boolean> {
  try {
    await request
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false
    throw error
  }
}
