import { runWrangler } from '../cloud/wrangler.ts'
import { withOwnerPool } from '../owner-database.ts'
import { type DeploymentContext, databaseOf, keep, secretsOf, smokeStep } from './deployment.ts'
import { makeContextKey, nextKeyId } from './keys.ts'
import type { Step } from './steps.ts'

/** How long the old key stays good: isolates that began with it may answer until they are replaced. */
export const OVERLAP_MINUTES = 60

/**
 * Exchanges the key that signs the tenant context. The database knows the new one before the Worker signs with it, and the old one
 * until the overlap is over, so that no request is refused.
 */
export function rotationSteps(context: DeploymentContext, now: () => Date = () => new Date()): readonly Step[] {
  return [
    {
      name: 'New key',
      what: 'makes a key and tells the database, which then knows both',
      async run() {
        const secrets = secretsOf(context)
        // A run that stopped half-way has made the new key already, and the Worker may sign with it.
        if (context.state.retiring !== undefined) return `${secrets.contextKeyId}, from the run before`
        const key = makeContextKey(nextKeyId(secrets.contextKeyId))
        const until = new Date(now().getTime() + OVERLAP_MINUTES * 60_000).toISOString()
        await addKey(context, key)
        await keep(context, { secrets: { ...secrets, ...key }, retiring: { keyId: secrets.contextKeyId, until } })
        return key.contextKeyId
      },
    },
    {
      name: 'Worker',
      what: 'hands the new key to the Worker; code and other secrets stay',
      async run() {
        const { contextKeyId, contextKey } = secretsOf(context)
        const { worker } = context.state
        // With an environment, wrangler's secret commands would append it to the name.
        await runWrangler(context.access(), ['secret', 'bulk', '--name', worker, '--env', ''], {
          CONTEXT_KEY_ID: contextKeyId,
          CONTEXT_KEY: contextKey,
        })
        return `signs with ${contextKeyId}`
      },
    },
    smokeStep(context),
    {
      name: 'Old key',
      what: `lets the database forget the old key after ${OVERLAP_MINUTES} minutes`,
      async run() {
        const { retiring, ...state } = context.state
        if (retiring === undefined) return 'there is none'
        await withOwnerPool(await databaseOf(context), (pool) => retireKey(pool, retiring.keyId, retiring.until))
        delete context.state.retiring
        await context.file.write(state)
        return `${retiring.keyId} is good until ${retiring.until.slice(0, 16)}Z`
      },
    },
  ]
}

async function addKey(context: DeploymentContext, { contextKeyId, contextKey }: ReturnType<typeof makeContextKey>) {
  await withOwnerPool(await databaseOf(context), (pool) =>
    run(pool, "select tenancy.add_key($1, 'worker', decode($2, 'hex'))", [contextKeyId, contextKey]),
  )
}

function retireKey(pool: Parameters<Parameters<typeof withOwnerPool>[1]>[0], keyId: string, until: string) {
  return run(pool, 'update tenancy.signing_keys set not_after = least(not_after, $2::timestamptz) where key_id = $1', [
    keyId,
    until,
  ])
}

async function run(
  pool: Parameters<Parameters<typeof withOwnerPool>[1]>[0],
  sql: string,
  values: readonly unknown[],
): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(sql, values)
  } finally {
    client.release()
  }
}
