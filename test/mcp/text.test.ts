import { describe, expect, it } from 'vitest'
import { toCsv, toGroupedCsv } from '../../src/mcp/text.ts'

const columns = [
  { name: 'product', type: 'text' },
  { name: 'status', type: 'text' },
  { name: 'stock', type: 'number' },
]

describe('a table in groups', () => {
  it('says where a group begins, once, and leaves its column out', () => {
    const rows = [
      ['Saw', 'out', 0],
      ['Drill', 'out', 0],
      ['Nail', 'low', 1],
    ]

    expect(toGroupedCsv({ columns, rows }, 'status')).toBe('product,stock\nout:\n"Saw",0\n"Drill",0\nlow:\n"Nail",1')
  })

  it('keeps text that looks like a heading in its quotes', () => {
    const rows = [
      ['Saw\nlow:', 'out', 0],
      ['low:', 'out', null],
    ]

    expect(toGroupedCsv({ columns, rows }, 'status')).toBe('product,stock\nout:\n"Saw\nlow:",0\n"low:",')
  })

  it('without rows is its heading', () => {
    expect(toGroupedCsv({ columns, rows: [] }, 'status')).toBe('product,stock')
  })
})

describe('a table', () => {
  it('quotes every text, doubles quotation marks, and leaves nothing for null', () => {
    expect(toCsv({ columns, rows: [['1/2" pipe', 'ok', null]] })).toBe('product,status,stock\n"1/2"" pipe","ok",')
  })
})
