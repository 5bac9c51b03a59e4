import { z } from 'zod'

/**
 * The only reader of bindings and variables. Rule of this file: a problem names the variable and what it must be, never
 * its value, because these are secrets.
 */

/** Model of the embeddings unless told otherwise. */
export const DEFAULT_EMBEDDINGS_MODEL = 'text-embedding-3-small'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

const hexKey = z
  .string()
  .regex(/^[0-9a-f]+$/i, 'must be hexadecimal')
  .min(64, 'must have at least 32 bytes (64 hexadecimal digits)')
  .refine((text) => new Set(text.toLowerCase()).size >= 8, 'is too regular to be random')

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== ''),
)

const databaseUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (
    url !== undefined &&
    /^postgres(ql)?:$/.test(url.protocol) &&
    url.username !== '' &&
    url.password !== '' &&
    url.pathname.length > 1
  )
}, 'must be postgresql://user:password@host/database')

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

const timeZone = z.string().refine((name) => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}, 'must be a time zone of the IANA database, like America/Los_Angeles')

const variables = z
  .object({
    PUBLIC_URL: z.url({ protocol: /^https?$/ }),
    ALLOWED_HOSTS: list.default([]),
    ALLOWED_ORIGINS: list.default([]),
    DATABASE_URL: databaseUrl,
    // "context" is the id of the database's own key.
    CONTEXT_KEY_ID: z.string().regex(/^(?!context$)[a-z0-9]{1,16}$/, 'must be 1 to 16 lower-case letters or digits'),
    CONTEXT_KEY: hexKey,
    SESSION_KEY: hexKey,
    TOKEN_ISSUER: z.url(),
    TOKEN_AUDIENCE: z.string().min(1),
    TOKEN_JWKS_URL: z.url(),
    /** Where people sign in: any OpenID Connect issuer. Absent, nobody can sign in; tokens of TOKEN_ISSUER still count. */
    OIDC_ISSUER: z.url().optional(),
    OIDC_CLIENT_ID: z.string().min(1).optional(),
    OIDC_CLIENT_SECRET: z.string().min(1).optional(),
    OIDC_SCOPES: z.string().default('openid email profile'),
    /** `verified` lets an email that the issuer has verified stand for the user with that email; see app.identities. */
    OIDC_EMAIL: z.enum(['verified', 'never']).default('never'),
    /** Whom a person without access should ask, as it stands in a sentence: `Maren in IT, maren@zava.example`. */
    ACCESS_CONTACT: z.string().min(1).max(200).default('the administrator of Zava Retail Analytics'),
    EMBEDDINGS_BASE_URL: z.url().optional(),
    /** For the daily ceiling only. */
    EMBEDDINGS_USD_PER_MILLION_TOKENS: z.coerce.number().min(0).max(1_000).default(0.02),
    EMBEDDINGS_MODEL: z.string().min(1).default(DEFAULT_EMBEDDINGS_MODEL),
    OPENAI_API_KEY: z.string().min(1).optional(),
    /** Whose days "today" and "last month" mean when a question is about several stores; one store has its own zone. */
    TIME_ZONE: timeZone.default('America/Los_Angeles'),
    /** ISO 4217; all money of a deployment is in it. */
    CURRENCY: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be three capital letters, like USD')
      .default('USD'),
    WEEK_START: z
      .enum(WEEKDAYS)
      .default('monday')
      .transform((name) => WEEKDAYS.indexOf(name)),
    /** Month, 1 to 12, in which fiscal years begin; quarters, years and year-to-date follow it. */
    FISCAL_YEAR_START: z
      .string()
      .regex(/^([1-9]|1[0-2])$/, 'must be a month, 1 to 12')
      .default('1')
      .transform(Number),
    /** Shown on the front page; directories of connectors ask for both. */
    PRIVACY_URL: z.url({ protocol: /^https$/ }).optional(),
    SUPPORT_URL: z.url({ protocol: /^(https|mailto)$/ }).optional(),
    LOG_LEVEL: z.enum(['debug', 'info', 'warning', 'error']).default('info'),
    DATABASE_LOCATION: z.enum(['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me']).optional(),
    /** Local only: where the driver posts its queries instead of to Neon. */
    DATABASE_ENDPOINT: z.url().optional(),
    /** Local only: `true` shows the demo's sign-in conveniences. */
    DEMO: z.enum(['true', 'false']).default('false'),
  })
  .superRefine((value, context) => {
    const isPublic =
      !LOOPBACK.has(new URL(value.PUBLIC_URL).hostname) || value.ALLOWED_HOSTS.some((host) => !LOOPBACK.has(host))
    const isLocalOnly = { DATABASE_ENDPOINT: value.DATABASE_ENDPOINT !== undefined, DEMO: value.DEMO === 'true' }
    for (const [name, isSet] of Object.entries(isLocalOnly)) {
      if (isPublic && isSet) {
        context.addIssue({ code: 'custom', path: [name], message: 'is for loopback hosts only; remove it here' })
      }
    }
    if (value.OIDC_ISSUER !== undefined && value.OIDC_CLIENT_ID === undefined) {
      context.addIssue({ code: 'custom', path: ['OIDC_CLIENT_ID'], message: 'is needed with OIDC_ISSUER' })
    }
    for (const name of [
      'PUBLIC_URL',
      'TOKEN_ISSUER',
      'TOKEN_JWKS_URL',
      'EMBEDDINGS_BASE_URL',
      'OIDC_ISSUER',
    ] as const) {
      // Keys that stand in the configuration itself come from no network at all.
      const isInline = name === 'TOKEN_JWKS_URL' && value[name]?.startsWith('data:application/json;base64,') === true
      if (isPublic && !isInline && value[name]?.startsWith('https:') === false) {
        context.addIssue({ code: 'custom', path: [name], message: 'must be an https URL' })
      }
    }
    if (value.CONTEXT_KEY === value.SESSION_KEY) {
      context.addIssue({ code: 'custom', path: ['SESSION_KEY'], message: 'must differ from CONTEXT_KEY' })
    }
  })

/** Every variable and secret that the Worker reads. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(variables.shape)

/** The Worker's configuration, parsed. */
export type Config = Readonly<z.output<typeof variables>>

/** A binding or variable is missing or unfit; `findings` are for the operator's log, the message too. */
export class ConfigurationError extends Error {
  readonly findings: readonly string[]

  constructor(findings: readonly string[]) {
    super(`The configuration is not usable: ${findings.join('; ')}`)
    this.name = 'ConfigurationError'
    this.findings = findings
  }
}

const parsed = new WeakMap<object, Config>()

/** Returns the configuration of `env`, parsed once per isolate; throws `ConfigurationError` naming what is wrong. */
export function readConfig(env: object): Config {
  const known = parsed.get(env)
  if (known !== undefined) return known
  const result = variables.safeParse(env)
  if (!result.success) {
    throw new ConfigurationError(
      result.error.issues.map((issue) => {
        const name = issue.path.join('.')
        return name in env ? `${name} ${issue.message}` : `${name} is missing`
      }),
    )
  }
  parsed.set(env, result.data)
  return result.data
}

/** Whether a host name (without port) is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname.toLowerCase())
}

/** Where the database is and how the service signs for it. */
export function databaseOf(env: object) {
  const config = readConfig(env)
  return {
    url: config.DATABASE_URL,
    endpoint: config.DATABASE_ENDPOINT,
    key: { id: config.CONTEXT_KEY_ID, hex: config.CONTEXT_KEY },
  }
}
