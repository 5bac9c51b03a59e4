import { expect, it } from 'vitest'
import readme from '../../README.md?raw'
import { TOOLS } from '../../src/mcp/tools/index.ts'
import { connectAs } from '../support/edge.ts'

/** The first block of JSON: what the README says that the assistant gets. */
const shown = JSON.parse(/```json\n(.*?)```/s.exec(readme)?.[1] ?? 'null') as Record<string, unknown>

it('the answer on the README’s first screen is the real one', async () => {
  const { client } = await connectAs('seattle')
  const answer = await client.callTool({ name: 'get_store_performance', arguments: { time_period: '2025-Q2' } })
  expect(shown).not.toBeNull()
  expect(answer.structuredContent).toMatchObject(shown)
})

it('the README’s table of tools names all of them, and none besides', () => {
  const named = [...readme.matchAll(/^\| `([a-z]+(?:_[a-z]+)*)(?:\(.*\))?` \|/gm)].map(([, name]) => name)

  expect(named.sort()).toEqual(TOOLS.map(({ name }) => name).sort())
})
