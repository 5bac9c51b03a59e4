import { describe, expect, it } from 'vitest'
import { connectAs } from '../support/edge.ts'
import { orderFault } from '../support/faults.ts'

const REPORT = { name: 'get_sales_report', arguments: { group_by: 'region', time_period: '2025-02' } }

describe.for(['auto', 'legacy'] as const)(
  'a client of the era %s, before a database that takes five seconds',
  (era) => {
    it('is told twice that the work goes on before the answer comes, where it asked to be told', async () => {
      const { client } = await connectAs('seattle', { era, clientId: `patient-${era}` })
      const told: unknown[] = []

      await orderFault({ mode: 'none', delayMs: 5_000, count: 1 })
      const result = await client.callTool(REPORT, { onprogress: (one) => told.push(one) })

      expect(result.isError).not.toBe(true)
      expect(told).toEqual(
        [2, 4].map((seconds) => ({ progress: seconds, message: `Sales report: working for ${seconds} seconds` })),
      )
    })

    it('is not told anything when it comes at once', async () => {
      const { client } = await connectAs('seattle', { era, clientId: `prompt-${era}` })
      const told: unknown[] = []

      await client.callTool(REPORT, { onprogress: (one) => told.push(one) })

      expect(told).toEqual([])
    })
  },
)
