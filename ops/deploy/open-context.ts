import { openCloudflare } from '../cloud/cloudflare.ts'
import { openNeon } from '../cloud/neon.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import type { OptionSpec } from '../terminal/arguments.ts'
import type { Stop } from '../terminal/stop.ts'
import type { DeploymentContext } from './deployment.ts'
import { type DeploymentState, openState } from './state.ts'

export interface OpenContextOptions {
  readonly worker: string
  readonly environment: DeploymentState['environment']
  readonly region?: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** Where states are kept; `.data/deploy` when absent. */
  readonly folder?: string | undefined
  readonly fetch?: typeof fetch
  readonly loadDemo?: DeploymentContext['loadDemo']
  readonly endpointOf?: DeploymentContext['endpointOf']
  readonly sleep?: (ms: number) => Promise<unknown>
  /** The operator's wish to stop, where somebody can have one. */
  readonly stop?: Stop | undefined
}

/** Options by which every script of a deployment is told where its state lies. */
export const STATE_OPTIONS = {
  state: { value: '<folder>', help: 'where keys and passwords of deployments are kept (default .data/deploy)' },
} as const satisfies Record<string, OptionSpec>

/** Worker names of Cloudflare: a label of a host name. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,52}[a-z0-9])?$/

/** Opens what is known of a deployment, and the two providers. Throws `AdvisedError` naming what the environment lacks. */
export async function openContext(options: OpenContextOptions): Promise<DeploymentContext> {
  const { worker, environment, region, env, fetch: go, sleep, loadDemo, stop } = options
  if (!NAME.test(worker)) {
    throw new AdvisedError(
      `"${worker}" cannot be a Worker's name.`,
      'Use lower-case letters, digits and hyphens, at most 54, beginning and ending with a letter or digit.',
    )
  }
  const file = openState(worker, options.folder)
  const known = await file.read()
  const state = known ?? { worker, environment }
  const token = env.CLOUDFLARE_API_TOKEN ?? ''
  if (token === '') {
    throw new AdvisedError(
      'CLOUDFLARE_API_TOKEN is not set.',
      'Make a token from the template “Edit Cloudflare Workers” (My Profile → API Tokens) and set the variable.',
    )
  }
  const wait = {
    ...(sleep === undefined ? {} : { sleep }),
    ...(stop === undefined ? {} : { signal: () => stop.signal }),
  }
  const baseUrl = env.CLOUDFLARE_API_BASE_URL
  return {
    file,
    state,
    isKnown: known !== undefined,
    env,
    stop,
    endpointOf: options.endpointOf ?? (() => env.DATABASE_ENDPOINT),
    region,
    cloudflare: openCloudflare({ token, baseUrl, ...wait }),
    access: () => ({ token, accountId: state.accountId ?? '', baseUrl, signal: stop?.signal }),
    neon:
      env.NEON_API_KEY === undefined
        ? undefined
        : openNeon({ token: env.NEON_API_KEY, baseUrl: env.NEON_API_BASE_URL, ...wait }),
    ...(go === undefined ? {} : { fetch: go }),
    ...(loadDemo === undefined ? {} : { loadDemo }),
  }
}
