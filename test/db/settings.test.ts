import { describe, expect, it } from 'vitest'
import { decodeObjects } from '../../src/db/decode.ts'
import { query } from '../../src/db/query.ts'
import { askAs, engines } from './asker.ts'

/** What every transaction of the service runs under, read where a caller's own SQL would run. */
const EXPECTED = {
  application_name: 'zava-mcp-server',
  statement_timeout: '30s',
  transaction_timeout: '32s',
  lock_timeout: '500ms',
  idle_in_transaction_session_timeout: '10s',
  transaction_read_only: 'on',
  default_transaction_read_only: 'on',
  transaction_isolation: 'read committed',
  work_mem: '4MB',
  hash_mem_multiplier: '1',
  jit: 'off',
  geqo: 'on',
  geqo_threshold: '8',
  geqo_effort: '1',
  max_parallel_workers_per_gather: '0',
  row_security: 'on',
  search_path: 'retail, ext',
  standard_conforming_strings: 'on',
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
}

const settings = query`
  select jsonb_object_agg(name, current_setting(name)) as settings from unnest(${Object.keys(EXPECTED)}::text[]) name`
const identity = query`select session_user::text as login, current_user::text as role`

describe.for(engines)('on the $name engine', (engine) => {
  it('every setting of a caller’s transaction is the one that was designed', async () => {
    const ask = askAs('seattle', engine)

    const { results } = await ask([settings])

    expect(read(results, 0).settings).toEqual(EXPECTED)
  })

  it('free SQL has ten seconds', async () => {
    const ask = askAs('seattle', engine)

    const { results } = await ask([settings], { timeoutMs: 10_000 })

    expect(read(results, 0).settings).toEqual({ ...EXPECTED, statement_timeout: '10s' })
  })

  it('several questions see one state of the data, under the same settings', async () => {
    const ask = askAs('seattle', engine)

    const { results } = await ask([identity, settings])

    expect(read(results, 0)).toEqual({ login: 'zava_mcp', role: 'zava_mcp' })
    expect(read(results, 1).settings).toEqual({ ...EXPECTED, transaction_isolation: 'repeatable read' })
  })

  it('a connection string cannot bring another application name, nor a question leave its settings behind', async () => {
    const url = new URL(engine.serviceUrl)
    url.searchParams.set('application_name', 'somebody-else')
    const ask = askAs('seattle', engine, url.href)

    const { results } = await ask([settings])
    await ask([query`select set_config('work_mem', '1GB', false), set_config('jit', 'on', false)`])
    const after = await ask([settings])

    expect(read(results, 0).settings).toEqual(EXPECTED)
    expect(read(after.results, 0).settings).toEqual(EXPECTED)
  })
})

function read(results: readonly Parameters<typeof decodeObjects>[0][], i: number) {
  const result = results[i]
  return result === undefined ? {} : (decodeObjects(result)[0] ?? {})
}
