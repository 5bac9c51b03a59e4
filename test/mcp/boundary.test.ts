import { expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigurationError } from '../../src/env.ts'
import { runTool } from '../../src/mcp/boundary.ts'
import { defineTool, readOnly } from '../../src/mcp/tools/define.ts'

const SECRET = 'postgresql://zava:hunter2@db.internal/prod at /srv/app/db.ts:1'

const tool = defineTool({
  name: 'fail_on_purpose',
  title: 'Fails',
  description: 'Throws something that must never be shown.',
  icon: 'M0 0h16v16H0z',
  scope: 'retail:read',
  annotations: readOnly,
  input: z.strictObject({}),
  output: z.object({}),
  run: async () => {
    throw new TypeError(SECRET)
  },
})

it.each([
  ['opening the call fails', new ConfigurationError([SECRET])],
  ['something unknown is thrown', SECRET],
])('says nothing of what happened inside when %s', async (_what, thrown) => {
  const result = await runTool(
    tool,
    {},
    {
      requestId: 'r-1',
      call: () => {
        throw thrown
      },
    },
  )

  expect(result).toMatchObject({ isError: true, _meta: { 'zava/error': { code: 'MCP_ERROR', request_id: 'r-1' } } })
  expect(JSON.stringify(result)).not.toContain('hunter2')
})
