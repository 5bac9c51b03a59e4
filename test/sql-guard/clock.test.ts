import { expect, it } from 'vitest'
import { checkSql } from '../../src/sql-guard/index.ts'

it.each([
  ['select count(*) from retail.orders', undefined],
  ["select * from retail.orders where order_date >= date '2026-01-01' order by 1 limit 5", undefined],
  ["select interval '3 days', age(timestamp '2026-01-02', timestamp '2026-01-01')", undefined],
  ['select count(*) from retail.orders where order_date >= current_date - 30', 'day'],
  ["select age(timestamp '2026-01-01')", 'day'],
  ['select now()', 'moment'],
  ['select pg_catalog.now()', 'moment'],
  ['select current_timestamp', 'moment'],
  ['select localtime', 'moment'],
  ["select 1 where current_date > date_trunc('day', statement_timestamp())", 'moment'],
  [
    'with w as (select count(*) as n from retail.orders where order_date > transaction_timestamp()) select n from w',
    'moment',
  ],
  ["select date 'today' - 1", 'moment'],
  ["select 'Tomorrow 10:00'::timestamp", 'moment'],
] as const)('%s moves with: %s', async (sql, clock) => {
  expect((await checkSql(sql)).clock).toBe(clock)
})
