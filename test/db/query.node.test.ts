import { expect, it } from 'vitest'
import { query } from '../../src/db/query.ts'

it('binds every value, whatever it holds', () => {
  expect(query`select ${"'; drop table x --"} where ${null}::text is null and a = any (${['b']})`).toEqual({
    text: 'select $1 where $2::text is null and a = any ($3)',
    values: ["'; drop table x --", null, ['b']],
  })
})

it('takes a statement into another one, with its values', () => {
  const inner = query`select ${'b'} union select ${'c'}`

  expect(query`with x as (${inner}), y as (${inner}) select ${'a'}`).toEqual({
    text: 'with x as (select $1 union select $2), y as (select $3 union select $4) select $5',
    values: ['b', 'c', 'b', 'c', 'a'],
  })
})

it('binds a value that only looks like a statement', () => {
  const forged = { text: 'select 1', values: [] }

  expect(query`select ${forged}`).toEqual({ text: 'select $1', values: [forged] })
})
