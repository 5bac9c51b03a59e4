import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAULTS, ROLE_FAULTS } from './node/posture-faults.ts'
import { engines, openScratch, type Scratch } from './node/scratch.ts'

describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch(engine)
  })
  afterAll(() => scratch?.close())

  it('finds nothing in a database as the migrations leave it', async () => {
    expect(await findings()).toEqual([])
  })

  it.for(engine === 'embedded' ? [...FAULTS, ...ROLE_FAULTS] : FAULTS)(
    '$wreck: found',
    async ({ wreck, finds, mend }) => {
      const [area, finding] = finds

      await change(wreck)
      const found = await findings().finally(() => change(mend))

      expect(found.filter((one) => one.area === area && finding.test(String(one.finding)))).toHaveLength(1)
      expect(await findings()).toEqual([])
    },
  )

  it('finds nothing once all of that is mended', async () => {
    expect(await findings()).toEqual([])
  })

  it('an unknown key id is found, no key id is not asked about', async () => {
    expect(await findings(`'w2'`)).toEqual([
      { area: 'key', finding: 'the signing key of the service is not known here, or has ended' },
    ])
    expect(await findings('null')).toEqual([])
  })

  // The embedded engine has no second extension to be found.
  if (engine === 'server') {
    it('an extension within reach is found', async () => {
      await change('create extension pg_trgm schema retail')

      const found = await findings().finally(() => change('drop extension pg_trgm'))

      expect(found).toContainEqual({ area: 'extension', finding: 'extension pg_trgm is within reach in schema retail' })
    })
  }

  // As an import does. The embedded engine has one backend, and Postgres lets everyone use the temporary schema of theirs.
  it('finds nothing after somebody else had a temporary table in the same backend', async () => {
    await change('create temporary table lines (line integer)')

    expect(await findings()).toEqual([])
  })

  it('whoever logs in as the owner is told', async () => {
    const [rows = []] = await scratch.owner.run([`select distinct area from api.posture('w1') order by 1`])

    expect(rows.map(({ area }) => area)).toEqual(expect.arrayContaining(['role', 'schema', 'write']))
  })

  async function findings(keyId = `'w1'`) {
    const [rows = []] = await scratch.service.run([`select area, finding from api.posture(${keyId})`])
    return rows
  }

  /** Faults are written for a database called postgres, whatever the scratch one is called. */
  async function change(sql: string): Promise<void> {
    const name = new URL(scratch.ownerUrl).pathname.slice(1)
    const statements = sql
      .split(';')
      .map((statement) => statement.replace('database postgres', `database ${name}`).trim())
    await scratch.superuser.run(statements, { readOnly: false })
  }
})
