import { describe, expect, it } from 'vitest'
import { QueryRejectedError } from '../../src/errors.ts'
import { checkSql } from '../../src/sql-guard/index.ts'
import { attacks, legitimateQueries, REFUSED_BY_DATABASE } from './corpus.ts'

describe('attacks', () => {
  const rejected = attacks.filter(({ expected }) => expected === 'rejected')

  it.for(rejected.filter(({ id }) => !REFUSED_BY_DATABASE.has(id)))('$id is refused: $why', async ({ sql }) => {
    await expect(checkSql(sql)).rejects.toBeInstanceOf(QueryRejectedError)
  })

  it('knows every attack that is left to the database, and no other', async () => {
    const passed: string[] = []
    for (const { id, sql } of rejected) {
      await checkSql(sql).then(
        () => passed.push(id),
        () => undefined,
      )
    }

    expect(passed).toEqual([...REFUSED_BY_DATABASE.keys()])
  })

  it('fails on a text it refuses with a sentence, never with an accident', async () => {
    for (const { id, sql } of attacks) {
      const outcome = await checkSql(sql).catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome, id).toBeInstanceOf(QueryRejectedError)
    }
  })
})

describe('legitimate queries', () => {
  it.for(legitimateQueries)('$id passes: $tags', async ({ sql }) => {
    const checked = await checkSql(sql)

    expect(sql).toContain(checked.text)
  })
})
