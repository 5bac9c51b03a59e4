import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { z } from 'zod'
import { ROOT } from './paths.ts'
import { runNode } from './run-node.ts'

const metafile = z.looseObject({ inputs: z.record(z.string(), z.unknown()) })

/** What `wrangler deploy` would upload. */
export interface Bundle {
  /** Files that went into it, by path from the repository's root, without installed packages. */
  readonly sources: readonly string[]
  /** All scripts, one after the other. */
  readonly code: string
  readonly gzipBytes: number
}

/** Bundles the Worker of wrangler.toml, or another entry under the same configuration; uploads nothing. */
export async function buildBundle(folder: string, entry?: string): Promise<Bundle> {
  const meta = join(folder, 'meta.json')
  const output = join(folder, 'out')
  const script = entry === undefined ? [] : [entry]
  const options = ['--dry-run', '--outdir', output, '--metafile', meta]
  const ended = await runNode(join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), ['deploy', ...script, ...options])
  if (ended.code !== 0) throw new Error(`wrangler could not bundle:\n${ended.output}`)

  const names = await readdir(output)
  const read = (suffix: string) =>
    Promise.all(names.filter((name) => name.endsWith(suffix)).map((name) => readFile(join(output, name))))
  const [scripts, modules] = await Promise.all([read('.js'), read('.wasm')])
  const packed = await Promise.all([...scripts, ...modules].map((file) => promisify(gzip)(file)))
  const { inputs } = metafile.parse(JSON.parse(await readFile(meta, 'utf8')))
  return {
    sources: Object.keys(inputs).filter((path) => !/node_modules\/|^node-built-in-modules:/.test(path)),
    code: scripts.join('\n'),
    gzipBytes: packed.reduce((sum, { length }) => sum + length, 0),
  }
}
