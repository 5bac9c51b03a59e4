import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEntry } from '../../conformance/node/start.ts'
import { runSuite } from '../../conformance/node/suite.ts'
import type { Area, Measure } from './area.ts'

const REVISIONS = ['2025-11-25', '2026-07-28'] as const

/** What the official suite requires of a server, in both protocol eras. */
export const protocol: Area = {
  name: 'protocol',
  title: 'Protocol: scenarios that the official conformance suite requires',
  onlyCounts: true,

  async run({ say }) {
    say('starting …')
    const folder = await mkdtemp(join(tmpdir(), 'zava-bench-conformance-'))
    const entry = await startEntry()
    try {
      return await Promise.all(
        REVISIONS.map(async (revision): Promise<Measure> => {
          const { passed, problems } = await runSuite(entry.url, revision, join(folder, revision))
          return {
            measure: `${revision}: problems found`,
            value: problems.length,
            unit: 'checks',
            target: { atMost: 0 },
            against: `${passed.length} required scenarios passed`,
            isCount: true,
          }
        }),
      )
    } finally {
      await entry.stop()
      await rm(folder, { recursive: true })
    }
  },
}
