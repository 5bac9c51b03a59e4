import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, type Scratch } from '../sql/node/scratch.ts'
import { openCopy } from './node/copy.ts'
import { compare, storeIdsOf, type Tally } from './node/differential.ts'
import { readAsOwner } from './node/owner.ts'
import { stackEngine } from './node/stack-engine.ts'
import { tables, tenantTables } from './tables.ts'

/** A store under row security against a database that holds only that store: no query may tell the two apart. */

const SEED = 20_261_122
const RUNS = 600

/** What the generated queries must hold, each at least 10 times, or they prove less than they say. */
const FEATURES: Readonly<Record<string, RegExp>> = {
  'inner join': /(?<!left|right|full) join retail/,
  'outer join': /(left|right|full) join/,
  aggregate: /\b(count|sum|avg|min|max|stddev_samp|bool_or|bool_and)\(/,
  'ordered-set aggregate': /within group/,
  filter: /filter \(where/,
  rollup: /group by (rollup|cube)/,
  having: /having/,
  window: /over \(/,
  frame: /rows between/,
  with: /\bwith t\d+ as/,
  'materialized with': /as (not )?materialized/,
  'correlated sub-query': /\(select (count|max|t\d+)/,
  exists: /exists \(select/,
  in: /in \(select/,
  any: /any \(select/,
  union: /union/,
  'intersect or except': /intersect|except/,
  lateral: /lateral/,
  'distinct on': /distinct on/,
  'sub-query in from': /from \(\(?(select|with)/,
  values: /\(values/,
  dates: /date_trunc|extract|at time zone|interval/,
  limit: /limit (5|50|200)/,
}

describe.for(engines)('on the %s engine', (engine) => {
  let all: Scratch
  const only = new Map<string, Scratch>()

  beforeAll(async () => {
    all = await openCopy(engine, stackEngine(engine), 'all')
    for (const who of ['seattle', 'regional'])
      only.set(who, await openCopy(engine, stackEngine(engine), storeIdsOf(who)))
  })
  afterAll(() => Promise.all([all, ...only.values()].map((database) => database?.close())))

  it.for(['seattle', 'regional'])(
    `%s: ${RUNS} generated queries have the one answer (seed ${SEED})`,
    { timeout: 400_000 },
    async (who) => {
      const tally = await compare({ who, all, only: copyOf(who), seed: SEED, runs: RUNS })

      console.log(`${engine}, ${who}: ${describeTally(tally)}`)
      expect(rare(tally)).toEqual([])
      expect(tally.queries.length).toBe(RUNS)
      expect(tally.filled).toBeGreaterThan(RUNS * 0.6)
      expect(tally.sensitive).toBeGreaterThan(RUNS * 0.3)
    },
  )

  it.for(tenantTables.map(({ name }) => name))(
    'a hole in the policy of %s alone is noticed',
    { timeout: 120_000 },
    async (table) => {
      const policy =
        table === 'stores' ? 'stores_are_mine' : `${table}_belong${table === 'inventory' ? 's' : ''}_to_my_stores`
      const using = (condition: string) =>
        all.owner.run([`alter policy ${policy} on retail.${table} using (${condition})`], { readOnly: false })
      const closed =
        'tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) and (select tenancy.confirm_plan(tenancy.planned_at())) is not null'

      await using(`${closed} or md5(store_id::text) < '8'`)
      const comparison = compare({
        who: 'seattle',
        all,
        only: copyOf('seattle'),
        seed: SEED,
        runs: RUNS,
        shrinks: false,
      })

      await expect(comparison.finally(() => using(closed))).rejects.toHaveProperty(
        'cause.message',
        expect.stringContaining('seen but not there'),
      )
    },
  )

  function copyOf(who: string): Scratch {
    const found = only.get(who)
    if (found === undefined) throw new Error(`no copy for ${who}`)
    return found
  }
})

it('the generator knows every retail table', async () => {
  const { rows } = await readAsOwner(
    stackEngine('embedded'),
    `select relname from pg_class where relnamespace = 'retail'::regnamespace and relkind in ('r', 'p') order by 1`,
  )

  expect(rows.map(([name]) => name)).toEqual(tables.map(({ name }) => name).sort())
})

function rare({ queries }: Tally): string[] {
  const wanted = {
    ...FEATURES,
    ...Object.fromEntries(tables.map(({ name }) => [name, new RegExp(`retail\\.${name}\\b`)])),
  }
  return Object.entries(wanted)
    .map(([name, pattern]) => ({ name, count: queries.filter((sql) => pattern.test(sql)).length }))
    .filter(({ count }) => count < 10)
    .map(({ name, count }) => `${name}: ${count}`)
}

function describeTally({ queries, rows, filled, sensitive }: Tally): string {
  return `${queries.length} queries, ${rows} rows, ${filled} with rows, ${sensitive} that would tell without row security`
}
