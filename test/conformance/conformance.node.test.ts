import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEntry } from './node/start.ts'
import { runSuite, type SuiteReport } from './node/suite.ts'

/** Revisions, and how many scenarios each requires of a server. */
const REQUIRED = { '2025-11-25': 30, '2026-07-28': 37 } as const

type Revision = keyof typeof REQUIRED

describe('the official conformance suite', () => {
  let folder: string
  let entry: Awaited<ReturnType<typeof startEntry>>
  let reports: Record<Revision, SuiteReport>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zava-conformance-'))
    entry = await startEntry()
    const run = (revision: Revision) => runSuite(entry.url, revision, join(folder, revision))
    const [legacy, modern] = await Promise.all([run('2025-11-25'), run('2026-07-28')])
    reports = { '2025-11-25': legacy, '2026-07-28': modern }
  }, 90_000)

  afterAll(async () => {
    await entry?.stop()
    await rm(folder, { recursive: true })
  })

  it.for(['2025-11-25', '2026-07-28'] as const)('finds everything that %s requires', (revision) => {
    const { passed, problems } = reports[revision]

    expect(problems).toEqual([])
    expect(passed).toHaveLength(REQUIRED[revision])
    console.log(`conformance ${revision}: ${passed.length}/${REQUIRED[revision]} required scenarios passed`)
  })
})
