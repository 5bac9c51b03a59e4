import { readConfig, VARIABLE_NAMES } from '../../src/env.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { operatorIssuer } from './keys.ts'
import type { Secrets } from './state.ts'

const SERVICE_ROLE = 'zava_mcp'
/** Only for this machine, stated in wrangler.toml, or made by us: none of them is taken over from the operator's environment. */
const NOT_TAKEN = new Set([
  'DATABASE_ENDPOINT',
  'DEMO',
  'LOG_LEVEL',
  'PUBLIC_URL',
  'DATABASE_URL',
  'CONTEXT_KEY_ID',
  'CONTEXT_KEY',
  'SESSION_KEY',
])
/** Neon's regions as Cloudflare's places for objects. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/us-east|eastus/, 'enam'],
  [/us-west|westus/, 'wnam'],
  [/eu-|gwc/, 'weur'],
  [/ap-southeast-2/, 'oc'],
  [/ap-/, 'apac'],
  [/sa-/, 'sam'],
]

export interface Surroundings {
  readonly publicUrl: string
  readonly ownerUrl: string
  readonly region?: string | undefined
  readonly secrets: Secrets
  readonly env: NodeJS.ProcessEnv
}

/**
 * Returns everything that one deployment's Worker is told besides wrangler.toml, checked by the Worker's own reader. Throws
 * `AdvisedError` that names what is unfit, never its value.
 */
export function workerConfiguration({ publicUrl, ownerUrl, region, secrets, env }: Surroundings) {
  const taken = Object.fromEntries(
    VARIABLE_NAMES.filter((name) => !NOT_TAKEN.has(name)).flatMap((name) => {
      const value = env[name]
      return value === undefined || value === '' ? [] : [[name, value] as const]
    }),
  )
  const place = PLACES.find(([pattern]) => pattern.test(region ?? ''))?.[1]
  const configuration: Record<string, string> = {
    ...(taken.TOKEN_ISSUER === undefined ? operatorIssuer(publicUrl, secrets) : {}),
    ...(place === undefined ? {} : { DATABASE_LOCATION: place }),
    ...taken,
    PUBLIC_URL: publicUrl,
    DATABASE_URL: serviceUrl(ownerUrl, secrets.servicePassword),
    CONTEXT_KEY_ID: secrets.contextKeyId,
    CONTEXT_KEY: secrets.contextKey,
    SESSION_KEY: secrets.sessionKey,
  }
  try {
    readConfig({ ...configuration })
  } catch (error) {
    throw new AdvisedError(
      error instanceof Error ? error.message : 'The configuration is not usable.',
      'Set the named variables in the environment of this command; src/env.ts says what each must be.',
    )
  }
  return configuration
}

/** The Worker's own connection string: the owner's database, as the role that owns nothing. */
export function serviceUrl(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl)
  url.username = SERVICE_ROLE
  url.password = password
  return url.href
}
