import { neon, neonConfig } from '@neondatabase/serverless'
import { z } from 'zod'
import { randomHex, signText, toHex } from '../hmac.ts'
import type { Log } from '../observe/log.ts'
import type { SigningKey } from './context-token.ts'
import { withDeadline } from './deadline.ts'
import { judgePosture, needsPosture, postureQuery } from './posture.ts'
import { type Query, query } from './query.ts'
import { withRetry } from './retry.ts'
import { isConnectionFailure, toAppError } from './sql-state.ts'

/**
 * The two questions that come before there is a user: who it is that signed in, and whom the demo can sign in as. No
 * tenant context is set, so no row of any store is within reach; the database answers to the Worker's signature only.
 */

const TIMEOUT_MS = 10_000
const CLAIM_LIFETIME_S = 60

const known = z.object({
  user_id: z.guid(),
  display_name: z.string(),
  role: z.enum(['store_manager', 'regional_manager', 'head_office']),
})

const demoPerson = known.extend({ stores: z.array(z.string()) })

/** Somebody who may sign in. */
export type KnownUser = Readonly<z.output<typeof known>>

/** Somebody the local demo can sign in as, with the names of their stores. */
export type DemoPerson = Readonly<z.output<typeof demoPerson>>

/** What an issuer says of a person; the email only when it is verified and may count. */
export interface IdentityClaim {
  readonly issuer: string
  readonly subject: string
  readonly email?: string
}

export interface IdentityOptions {
  readonly url: string
  readonly endpoint: string | undefined
  readonly key: SigningKey
  readonly log: Log
  readonly now: () => number
}

/** Finds who an issuer's subject is here; undefined for nobody, or somebody who was disabled. Throws `AppError`s only. */
export async function findIdentity(claim: IdentityClaim, options: IdentityOptions): Promise<KnownUser | undefined> {
  const subject = toHex(new TextEncoder().encode(JSON.stringify(claim)))
  const found = await askSigned(options, async (now) => {
    const token = await sign('i1', 'identity:', options.key, { now, content: subject })
    return query`select api.identify(${token}) as answer`
  })
  return found === null ? undefined : known.parse(found)
}

/** Lists whom the demo can sign in as; nobody in a database without demo data. Throws `AppError`s only. */
export async function listDemoPeople(options: IdentityOptions): Promise<readonly DemoPerson[]> {
  return z.array(demoPerson).parse(
    await askSigned(options, async (now) => {
      const token = await sign('d1', 'demo:', options.key, { now })
      return query`select api.demo_people(${token}) as answer`
    }),
  )
}

async function askSigned(options: IdentityOptions, ask: (now: number) => Promise<Query>): Promise<unknown> {
  const { url, endpoint, key, log, now } = options
  try {
    return await withDeadline(TIMEOUT_MS, undefined, (deadline) =>
      withRetry(
        async () => {
          if (endpoint !== undefined) neonConfig.fetchEndpoint = endpoint
          const sql = neon(url, { arrayMode: true, fullResults: true })
          const statements = [await ask(now()), ...(needsPosture(url) ? [postureQuery(key.id)] : [])]
          const [answer, posture] = await sql.transaction(
            statements.map(({ text, values }) => sql.query(text, [...values], { types: AS_TEXT })),
            { readOnly: true, fetchOptions: { signal: deadline } },
          )
          if (posture !== undefined) {
            const columns = posture.fields.map(({ name, dataTypeID }) => ({ name, typeId: dataTypeID }))
            judgePosture(url, { columns, rows: posture.rows as (string | null)[][] }, log)
          }
          return JSON.parse(String((answer?.rows[0] as (string | null)[] | undefined)?.[0] ?? 'null'))
        },
        {
          signal: deadline,
          isRetryable: isConnectionFailure,
          onRetry: (tried, of) => log.warning(`retrying (${tried}/${of})`, { operation: 'identity' }),
        },
      ),
    )
  } catch (error) {
    throw toAppError(error)
  }
}

const AS_TEXT = { getTypeParser: () => (text: string) => text }

async function sign(
  version: string,
  purpose: string,
  key: SigningKey,
  { now, content }: { now: number; content?: string },
): Promise<string> {
  const parts = [version, key.id, Math.floor(now / 1000) + CLAIM_LIFETIME_S, randomHex(16)]
  const body = [...parts, ...(content === undefined ? [] : [content])].join('.')
  return `${body}.${await signText(key.hex, purpose + body)}`
}
