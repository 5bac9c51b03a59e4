import { expect, it } from 'vitest'
import { explainSqlState } from '../../src/sql-guard/explain-state.ts'
import { wrapSql } from '../../src/sql-guard/wrap.ts'

it('says something useful when the message is not known', () => {
  const report = { text: 'select now() - 30', position: 14, relations: [] }

  expect(explainSqlState({ ...report, code: '42883' })).toMatchObject({
    hint: 'Cast one side: value::numeric, value::text, value::date.',
    column: 14,
  })
  expect(explainSqlState({ ...report, code: '57014' }).hint).toMatch(/narrower period .* date_trunc/)
  expect(explainSqlState({ ...report, code: 'XX000' }).message).toMatch(/^The database could not run the query\./)
})

it("never passes on the driver's words", () => {
  const secret = 'permission denied for table app.users of role zava_mcp at 10.0.0.7'
  const codes = [
    '42703',
    '42P01',
    '42702',
    '42803',
    '42883',
    '42804',
    '42846',
    '22P02',
    '22007',
    '22012',
    '57014',
    '53200',
    '54001',
    '42501',
    '0A000',
    'XX000',
    '08006',
    'P0001',
  ]

  for (const code of codes) {
    const { message, hint } = explainSqlState({
      code,
      message: `${secret}: "users" "zava_mcp"`,
      text: 'select 1',
      relations: [],
    })
    expect(message + hint, code).not.toMatch(/zava_mcp|app\.users|10\.0\.0\.7|"users"/)
  }
})

it("does not show a place in the wrapper's own text", () => {
  const executed = wrapSql({ text: 'select 1' }, { maxRows: 1, maxBytes: 1 })

  const explained = explainSqlState({ code: '42703', position: 5, text: 'select 1', executed, relations: [] })

  expect(explained).not.toHaveProperty('line')
})
