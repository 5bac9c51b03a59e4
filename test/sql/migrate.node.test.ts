import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OwnerPool } from '../../sql/connect.ts'
import { MigrationError, migrate } from '../../sql/migrations.ts'
import { engines, openScratch, type Scratch } from './node/scratch.ts'
import { openTrial, type Trial } from './node/trial.ts'

describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch
  let pool: OwnerPool
  let trial: Trial

  beforeAll(async () => {
    scratch = await openScratch(engine, { migrated: false })
    pool = scratch.openPool()
  })
  afterAll(async () => {
    await pool?.end()
    await scratch?.close()
  })
  beforeEach(async () => {
    trial = await openTrial()
    await scratch.owner.run(['drop schema if exists trial cascade', 'drop schema if exists migration cascade'], {
      readOnly: false,
    })
    await trial.write('0001_make_trial.sql', 'create schema trial; create table trial.a (x int);')
    await trial.write('0002_fill_trial.sql', 'insert into trial.a values (1);')
  })
  afterEach(() => trial.remove())

  it('applies what is missing, in order, and tells how it goes', async () => {
    const told: string[] = []

    const applied = await migrate(pool, { folder: trial.folder, onApplied: (name) => told.push(name) })

    expect(applied).toEqual(['0001_make_trial.sql', '0002_fill_trial.sql'])
    expect(told).toEqual(applied)
    expect(await rows('select x from trial.a')).toEqual([{ x: '1' }])
  })

  it('a second run does nothing, a new file is all that the third one applies', async () => {
    await run()

    expect(await run()).toEqual([])

    await trial.write('0003_more.sql', 'insert into trial.a values (2);')
    expect(await run()).toEqual(['0003_more.sql'])
    expect(await rows('select x from trial.a order by x')).toEqual([{ x: '1' }, { x: '2' }])
  })

  it('two at once both succeed: one waits, and every file is applied once', async () => {
    await trial.write('0003_slow.sql', `do $$ begin perform pg_sleep(0.3); end $$; insert into trial.a values (3);`)
    const other = scratch.openPool()

    const both = await Promise.all([run(), migrate(other, { folder: trial.folder })]).finally(() => other.end())

    expect(both.flat().sort()).toEqual(['0001_make_trial.sql', '0002_fill_trial.sql', '0003_slow.sql'])
    expect(await rows('select x from trial.a order by x')).toEqual([{ x: '1' }, { x: '3' }])
  })

  it('an applied file that was changed stops everything, by name', async () => {
    await run()
    await trial.write('0001_make_trial.sql', 'create schema trial; create table trial.b (x int);')
    await trial.write('0003_more.sql', 'insert into trial.a values (2);')

    await expect(run()).rejects.toThrow(
      new MigrationError('0001_make_trial.sql was changed after it was applied; restore it and write a new migration.'),
    )

    expect(await rows('select x from trial.a')).toEqual([{ x: '1' }])
  })

  it('a checkout with other line ends is no change', async () => {
    const [header, body] = ['--! name: x\n--! why: x\n--! locks: x\n--! undo: x\n--! requires: x\n', 'select 1;\n']
    await trial.writeRaw('0003_ends.sql', header + body)
    await run()

    await trial.writeRaw('0003_ends.sql', (header + body).replaceAll('\n', '\r\n'))

    expect(await run()).toEqual([])
  })

  it('a new file with a number before an applied one stops everything, by both names', async () => {
    await trial.write('0005_later.sql', 'insert into trial.a values (5);')
    await run()
    await trial.write('0003_late.sql', 'insert into trial.a values (3);')

    await expect(run()).rejects.toThrow(/0003_late.sql comes before 0005_later.sql/)

    expect(await rows('select x from trial.a order by x')).toEqual([{ x: '1' }, { x: '5' }])
  })

  it('a file that fails leaves no half of itself, keeps the ones before it, and goes on when mended', async () => {
    await trial.write(
      '0003_broken.sql',
      'insert into trial.a values (3); create table trial.half (x int); select 1 / 0;',
    )

    await expect(run()).rejects.toMatchObject({ code: '22012' })

    expect(await rows('select x from trial.a')).toEqual([{ x: '1' }])
    expect(await rows(`select to_regclass('trial.half') as half`)).toEqual([{ half: null }])
    await trial.write('0003_broken.sql', 'insert into trial.a values (3);')
    expect(await run()).toEqual(['0003_broken.sql'])
  })

  it('a missing header is named before anything is changed', async () => {
    await trial.writeRaw('0003_bare.sql', '--! name: bare\n--! locks: none\nselect 1;')

    await expect(run()).rejects.toThrow(new MigrationError('0003_bare.sql lacks why, undo, requires in its header.'))

    expect(await isUntouched()).toBe(true)
  })

  it('two files with one number are refused before anything is changed', async () => {
    await trial.write('0002_again.sql', 'select 1;')

    await expect(run()).rejects.toThrow(new MigrationError('Two migrations have the number 0002.'))

    expect(await isUntouched()).toBe(true)
  })

  it('pgvector in another schema is refused before anything is changed', async () => {
    await scratch.superuser.run(['drop extension if exists vector', 'create extension vector schema public'], {
      readOnly: false,
    })

    const refused = run().finally(() => scratch.superuser.run(['drop extension vector'], { readOnly: false }))

    await expect(refused).rejects.toThrow(/vector is already installed in schema "public".*"ext"/)
    expect(await isUntouched()).toBe(true)
  })

  const run = () => migrate(pool, { folder: trial.folder })

  async function rows(sql: string) {
    return (await scratch.owner.run([sql]))[0]
  }

  async function isUntouched(): Promise<boolean> {
    const found = await rows(`select nspname from pg_namespace where nspname in ('migration', 'trial')`)
    return found?.length === 0
  }
})

/** Servers that cannot be had here: the pool answers the first question as they would, and writes down what it was asked. */
describe('a server that cannot carry the product', () => {
  it.for([
    [
      { version: '16.4', number: 160004, has_vector: true, at: null },
      'The server runs PostgreSQL 16.4; 17 or newer is needed.',
    ],
    [
      { version: '17.1', number: 170001, has_vector: false, at: null },
      'The server does not offer the extension pgvector ("vector"); install it there first.',
    ],
  ] as const)('%o: a clear sentence, and nothing but questions asked', async ([server, sentence]) => {
    const asked: string[] = []
    const pool: OwnerPool = {
      connect: async () => ({
        query: async (text) => {
          asked.push(text.trim())
          return { rows: [server], rowCount: 1 }
        },
        release() {},
      }),
      end: async () => {},
    }

    await expect(migrate(pool)).rejects.toThrow(new MigrationError(sentence))

    expect(asked.filter((text) => !/^(begin|rollback|select\b)/i.test(text))).toEqual([])
  })
})
