import { z } from 'zod'
import { defineTool, readOnly } from './define.ts'

export default defineTool({
  name: 'get_current_utc_date',
  title: 'Current date and time (UTC)',
  description:
    'Returns the current date and time in UTC, ISO 8601. Use it before writing a query about "today", "last month" or any other period that depends on the date. Not needed for the reports: they read periods like last_month themselves.',
  icon: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM7.2 3.5h1.6V7.6l3 1.8-.8 1.3-3.8-2.3z',
  scope: 'retail:read',
  annotations: { ...readOnly, idempotentHint: false },
  input: z.strictObject({}),
  output: z.object({ utc: z.string().describe('Current date and time, for example 2026-11-22T15:04:05.000Z') }),

  run: async (_args, { now }) => ({ utc: new Date(now()).toISOString() }),

  text: ({ utc }) => utc,
})
