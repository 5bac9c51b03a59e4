import { z } from 'zod'
import { SCOPES } from '../../auth/principal.ts'
import { MAX_ROWS } from '../../retail/free-sql.ts'
import { readIdentity } from '../../retail/identity.ts'
import { MAX_PAGE_BYTES } from '../../retail/page.ts'
import { store } from '../../retail/stores.ts'
import { defineTool, readOnly } from './define.ts'

export default defineTool({
  name: 'whoami',
  title: 'Who am I',
  description:
    'Tells who is asking: name, role, the stores whose data every other tool answers from, scopes, limits, and the first and last order date. Call it first when a question says "my store" or when an answer is unexpectedly empty. Not needed before a report: it counts your own stores by itself.',
  icon: 'M8 1a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM1.5 15a6.5 6 0 0 1 13 0z',
  scope: 'retail:read',
  annotations: readOnly,
  input: z.strictObject({}),
  output: z.object({
    user_id: z.guid(),
    display_name: z.string(),
    email: z.string(),
    role: z.enum(['store_manager', 'regional_manager', 'head_office']),
    stores: z.array(store),
    store_count: z.number().int(),
    scopes: z.array(z.enum(SCOPES)),
    time_zone: z.string().describe('Zone of "today" for several stores; one store has its own'),
    currency: z.string(),
    data_range: z.object({
      first_order: z.string().nullable().describe('UTC, ISO 8601; null without orders'),
      last_order: z.string().nullable(),
    }),
    limits: z.object({ max_rows: z.number().int(), max_answer_bytes: z.number().int() }),
  }),

  async run(_args, call) {
    const { user, stores, firstOrder, lastOrder } = await readIdentity(call)
    return {
      user_id: user.user_id,
      display_name: user.display_name,
      email: user.email,
      role: user.role,
      stores: [...stores],
      store_count: user.store_count,
      scopes: [...call.principal.scopes],
      time_zone: call.calendar.timeZone,
      currency: call.currency,
      data_range: { first_order: firstOrder, last_order: lastOrder },
      limits: { max_rows: MAX_ROWS, max_answer_bytes: MAX_PAGE_BYTES },
    }
  },
})
