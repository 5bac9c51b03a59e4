import type { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CopyTarget, piecesOfLines } from '../../dev/neon/copy-target.ts'
import { EmbeddedCopyTarget } from '../../dev/neon/embedded/embedded-copy-target.ts'
import { openCluster } from '../../dev/neon/embedded/open-cluster.ts'
import { StatementRunner } from '../../dev/neon/embedded/statement-runner.ts'
import { withServerCopyTarget } from '../../dev/neon/server/server-copy-target.ts'
import { failure } from './support.ts'

const serverUrl = process.env.TEST_SERVER_POSTGRES_URL
let db: PGlite
let embedded: CopyTarget

beforeAll(async () => {
  db = await openCluster(undefined, { isBrief: true })
  embedded = new EmbeddedCopyTarget(db, new StatementRunner(db))
}, 30_000)

afterAll(() => db?.close())

const targets = [
  { name: 'embedded', skip: false, use: (work: (target: CopyTarget) => Promise<void>) => work(embedded) },
  {
    name: 'server',
    skip: !serverUrl,
    use: (work: (target: CopyTarget) => Promise<void>) => withServerCopyTarget(serverUrl ?? '', work),
  },
]

for (const { name, skip, use } of targets) {
  describe.skipIf(skip)(`copy target (${name})`, () => {
    it('copies chunks that are cut anywhere, counts the rows', () =>
      use(async (target) => {
        await target.run('create temporary table goods (id int, name text)')

        const copied = await target.copy('goods', ['id', 'name'], ['1\tmilk\n2', '\tZaż', 'ółć\n', '3\t\\N\n'])

        expect(copied).toBe(3)
        expect(await target.rows('select id, name from goods order by id')).toEqual([
          { id: '1', name: 'milk' },
          { id: '2', name: 'Zażółć' },
          { id: '3', name: null },
        ])
        await target.run('drop table goods')
      }))

    it('copies more than one piece inside a transaction, leaves nothing after a rollback', () =>
      use(async (target) => {
        await target.run('create temporary table many (id int, filler text)')
        function* lines() {
          for (let id = 0; id < 60_000; id++) yield `${id}\t${'x'.repeat(90)}\n`
        }

        await target.run('begin')
        expect(await target.copy('many', ['id', 'filler'], lines())).toBe(60_000)
        expect(await target.rows('select count(*) as n, max(id) as last from many')).toEqual([
          { n: '60000', last: '59999' },
        ])
        await target.run('rollback')

        expect(await target.rows('select 1 as one from many')).toEqual([])
        await target.run('drop table many')
      }))

    it('reports a bad row with its SQLSTATE and stays usable', () =>
      use(async (target) => {
        await target.run('create temporary table numbers (id int)')

        const error = await failure(target.copy('numbers', ['id'], ['one\n']))

        const { fields = error } = error as { fields?: unknown }
        expect(fields).toMatchObject({ code: '22P02' })
        expect(await target.rows('select true as alive')).toEqual([{ alive: 't' }])
      }))
  })
}

it('cuts pieces at line ends', () => {
  expect([...piecesOfLines(['a\nb', 'b\ncc', '\nd\n'], 4)]).toEqual(['a\nbb\n', 'cc\nd\n'])
  expect([...piecesOfLines(['a\n', 'b'], 100)]).toEqual(['a\nb'])
  expect([...piecesOfLines([], 4)]).toEqual([])
})
