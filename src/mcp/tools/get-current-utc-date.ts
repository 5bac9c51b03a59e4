import { z } from 'zod'
import { defineTool, readOnly } from './define.ts'

export default defineTool({
  name: 'get_current_utc_date',
  title: 'Current date and time (UTC)',
  description:
    'Returns the current date and time in UTC, ISO 8601. Use it before writing a query about "today", "last month" or any other period that depends on the date. Not needed for the reports: they read periods like last_month themselves.',
  scope: 'retail:read',
  annotations: { ...readOnly, idempotentHint: false },
  input: z.strictObject({}),
  output: z.object({ utc: z.string().describe('Current date and time, for example 2026-11-22T15:04:05.000Z') }),

  run: async (_args, { now }) => ({ utc: new Date(now()).toISOString() }),

  text: ({ utc }) => utc,
})
