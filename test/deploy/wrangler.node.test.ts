import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import { z } from 'zod'
import { NAMESPACES } from '../../ops/cloud/cloudflare.ts'

const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))
const DEPLOYED = ['preview', 'production'] as const

const shape = z.object({
  account_id: z.string().optional(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  durable_objects: z.object({ bindings: z.array(z.object({ name: z.string(), class_name: z.string() })) }),
  migrations: z.array(z.unknown()),
  kv_namespaces: z.array(z.object({ binding: z.string(), id: z.string().optional() })),
  ratelimits: z.array(z.object({ name: z.string(), namespace_id: z.string(), simple: z.unknown() })),
  analytics_engine_datasets: z.array(z.object({ binding: z.string() })),
  vars: z.record(z.string(), z.unknown()),
  observability: z.object({ enabled: z.boolean() }),
  placement: z.unknown(),
})

/** The configuration of an environment as wrangler understands it; of the top when none is named. */
function configOf(env?: string) {
  return shape.parse(readConfig({ config: CONFIG, ...(env === undefined ? {} : { env }) }, { hideWarnings: true }))
}

/** What the code of this Worker may ask its environment for, and the classes it keeps state in. */
function bindingsOf(env?: string) {
  const config = configOf(env)
  return {
    objects: config.durable_objects.bindings,
    namespaces: config.kv_namespaces,
    limits: config.ratelimits.map(({ name, simple }) => ({ name, simple })),
    datasets: config.analytics_engine_datasets.map(({ binding }) => binding),
    variables: Object.keys(config.vars),
    migrations: config.migrations,
    flags: config.compatibility_flags,
    date: config.compatibility_date,
  }
}

describe.for(DEPLOYED)('what %s is deployed with', (env) => {
  it('is what the tests run with: the same bindings, limits, classes, variables, date and flags', () => {
    expect(bindingsOf(env)).toEqual(bindingsOf())
  })

  it('has the namespaces that a teardown deletes', () => {
    expect(configOf(env).kv_namespaces.map(({ binding }) => binding)).toEqual(NAMESPACES)
  })

  it('names no resource of one account, and no secret', () => {
    const config = configOf(env)

    expect(config.kv_namespaces.map(({ id }) => id)).toEqual(config.kv_namespaces.map(() => undefined))
    expect(config.account_id).toBeUndefined()
    expect(Object.keys(config.vars).filter((name) => /KEY|SECRET|TOKEN|URL|PASSWORD/.test(name))).toEqual([])
  })

  it('has logs kept, stands beside its database, and fetches nothing from inside its own zone', () => {
    const config = configOf(env)

    expect(config.observability.enabled).toBe(true)
    expect(config.placement).toEqual({ mode: 'smart' })
    expect(config.compatibility_flags).toContain('global_fetch_strictly_public')
  })
})

it('no two environments count on one rate limit', () => {
  const ids = [undefined, ...DEPLOYED].flatMap((env) =>
    configOf(env).ratelimits.map(({ namespace_id }) => namespace_id),
  )

  expect(new Set(ids).size).toBe(ids.length)
})
