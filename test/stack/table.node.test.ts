import { expect, test } from 'vitest'
import { renderTable } from '../../ops/terminal/table.ts'

test('aligns text to the left and numbers to the right', () => {
  const table = renderTable(
    ['store', 'revenue', 'share'],
    [
      ['Seattle', '1,234.50', '61.5 %'],
      ['Redmond', '99.00', '5 %'],
    ],
  )

  expect(table.split('\n')).toEqual([
    'store     revenue   share',
    '───────  ────────  ──────',
    'Seattle  1,234.50  61.5 %',
    'Redmond     99.00     5 %',
  ])
})

test('cuts wide cells, shows what is empty, says what was left out', () => {
  const table = renderTable(
    ['name', 'note'],
    [
      ['a very long name', null],
      ['b', undefined],
      ['c', ''],
    ],
    {
      maxWidth: 8,
      maxRows: 2,
      indent: '> ',
    },
  )

  expect(table.split('\n')).toEqual([
    '> name      note',
    '> ────────  ────',
    '> a very …  –',
    '> b         –',
    '> … 1 more',
  ])
})

test('hands no control character of the data to the terminal', () => {
  const table = renderTable(['name'], [['red\u001b[31m\u0007\nnext']])

  expect(table.split('\n')).toEqual(['name', '────────', 'red next'])
})

test('writes a table without rows', () => {
  expect(renderTable(['a', 'bc'], [])).toBe('a  bc\n─  ──')
})
