import { join } from 'node:path'

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '../../..')

/** The Worker that the suite talks to, in place of `main` in wrangler.toml. */
export const ENTRY = 'test/conformance/entry.ts'
