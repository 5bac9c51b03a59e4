import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const [, recipe = ''] = /```sql\n(.*?)```/s.exec(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')) ?? []
const statements = recipe.split(/;\n+/).filter((statement) => statement !== '')
const { product, seattle, redmond, seattleManager, redmondManager, headOffice } = world

/** What somebody forgets, and what then refuses. */
const FORGOTTEN = [
  {
    start: 'alter table retail.deliveries enable',
    refusal: /row security is not enabled and forced on retail\.deliveries/,
  },
  {
    start: 'alter table retail.deliveries force',
    refusal: /row security is not enabled and forced on retail\.deliveries/,
  },
  { start: 'create policy deliveries_belong', refusal: /no policy for the role on retail\.deliveries/ },
] as const

describe.for(engines)('the table of one’s own that CONTRIBUTING.md adds, on the %s engine', (engine) => {
  let scratch: Scratch
  const change = (...sql: string[]) => scratch.owner.run(sql, { readOnly: false })
  const findings = async () => {
    const [rows = []] = await scratch.service.run(['select finding from api.posture()'])
    return rows.map(({ finding }) => String(finding))
  }

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
  })
  afterEach(() => change('drop table if exists retail.deliveries'))
  afterAll(() => scratch?.close())

  it('shows every manager the rows of their own stores, and the posture check finds nothing', async () => {
    await change(
      ...statements,
      `insert into retail.deliveries (store_id, product_id, delivered_at, units)
         select store_id, '${product}', now(), 3 from retail.stores`,
    )
    const storesOf = async (user: string) => {
      const [rows = []] = await scratch.as(user, 'select store_id from retail.deliveries order by 1')
      return rows.map(({ store_id }) => store_id)
    }

    expect(await storesOf(seattleManager)).toEqual([seattle])
    expect(await storesOf(redmondManager)).toEqual([redmond])
    expect(await storesOf(headOffice)).toEqual([seattle, redmond])
    expect(await findings()).toEqual([])
  })

  it.for(FORGOTTEN)('is refused by the posture check without “$start …”', async ({ start, refusal }) => {
    const rest = statements.filter((statement) => !statement.startsWith(start))
    expect(rest).toHaveLength(statements.length - 1)

    await change(...rest)

    expect((await findings()).join('\n')).toMatch(refusal)
  })
})
