import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, buildBundle } from './node/bundle.ts'
import { ENTRY } from './node/paths.ts'

/** Texts that only the fixtures hold. */
const MARKERS = [
  'zava-conformance-fixtures',
  'conformance-suite',
  'test_simple_text',
  'test_simple_prompt',
  'test_input_required_result_multi_round',
  'test://static-text',
]

const MAX_GZIP_BYTES = 1024 * 1024

describe('what we ship', () => {
  let folder: string
  let shipped: Bundle
  let withFixtures: Bundle

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zava-bundle-'))
    shipped = await buildBundle(join(folder, 'shipped'))
    withFixtures = await buildBundle(join(folder, 'with-fixtures'), ENTRY)
  })

  afterAll(() => rm(folder, { recursive: true }))

  it('holds nothing of the conformance fixtures', () => {
    expect(markersIn(shipped)).toEqual([])
  })

  it('holds no file from outside of src', () => {
    expect(shipped.sources).toContain('src/session/session.ts')
    expect(foreignIn(shipped)).toEqual([])
  })

  it('would be seen to hold them: both searches find the fixtures in the Worker of the suite', () => {
    expect(markersIn(withFixtures)).toEqual(MARKERS)
    expect(foreignIn(withFixtures)).toContain(ENTRY)
  })

  it('stays under 1 MiB, compressed', () => {
    console.log(`bundle: ${Math.round(shipped.gzipBytes / 1024)} KiB gzip`)

    expect(shipped.gzipBytes).toBeLessThan(MAX_GZIP_BYTES)
  })
})

function markersIn({ code }: Bundle): string[] {
  return MARKERS.filter((marker) => code.includes(marker))
}

function foreignIn({ sources }: Bundle): string[] {
  return sources.filter((path) => !path.startsWith('src/'))
}
