import { fileURLToPath } from 'node:url'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { readStack } from './support/stack-variables.ts'

/**
 * Two projects: `edge` runs in workerd against the whole Worker, `node` drives what lives outside of it. Long proofs
 * (`*.proof.test.ts`) run in `npm run proof` only. The stack behind them is started by test/run.ts.
 */
const isProof = process.env.TEST_PROOF === 'true'
const root = fileURLToPath(new URL('..', import.meta.url).href)
const stack = readStack(process.env)
const files = (suffix: string) => (isProof ? [`test/**/*.proof${suffix}`] : [`test/**/*${suffix}`])
const proofs = isProof ? [] : ['test/**/*.proof.test.ts', 'test/**/*.proof.node.test.ts']

/** Proofs that hold times against a limit; test/run.ts has them run alone, or the two engines of one beside each other. */
const TIMED = [
  'proof/at-once-embedded',
  'proof/at-once-server',
  'proof/whole-stack-embedded',
  'proof/whole-stack-server',
  'faults/crowd',
  'ops/data-import',
  'stack/start',
  'auth/connections-command',
].map((name) => `test/${name}.proof.node.test.ts`)
const hasServer = process.env.TEST_SERVER_POSTGRES_URL !== undefined
const timed = TIMED.filter((path) => hasServer || !path.includes('-server.'))
const isPaired = (path: string) => path.includes('/at-once-') || path.includes('/whole-stack-')
const TIMED_FILES: Record<string, readonly string[]> = {
  alone: timed.filter((path) => !isPaired(path)),
  paired: timed.filter(isPaired),
}
const nodeFiles = [...(TIMED_FILES[process.env.TEST_TIMED ?? ''] ?? files('.node.test.ts'))]
const nodeLeftOut = process.env.TEST_TIMED === 'none' ? TIMED : []

/** Workers import a `.wasm` file as a compiled module; so do the tests that run the Worker's code in Node. */
const wasmModules = {
  name: 'wasm-modules',
  enforce: 'pre' as const,
  load: (id: string) =>
    id.endsWith('.wasm')
      ? `import { readFileSync } from 'node:fs'
         export default new WebAssembly.Module(readFileSync(${JSON.stringify(id)}))`
      : undefined,
}

/** Long ones, the longest first: begun last, one would run on alone while nothing is left for the other worker. */
const LONG = [
  'faults/database.',
  'mcp/odd-shops.',
  'wall/places.',
  'conformance/conformance.',
  'ops/data-import-hostile.',
  'ops/data-import.',
  'neon/errors.',
  'proof/differential.',
  'sql/posture.',
  'demo/load.',
  'proof/injection.',
]

/** Without it a clean clone runs the files in the order of their sizes. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((name) => moduleId.includes(`/test/${name}`))
      return found < 0 ? LONG.length : found
    }
    return sorted.toSorted((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  test: {
    root,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            // The tests of a whole file ask as the same few people within seconds.
            miniflare: {
              bindings: stack.bindings,
              ratelimits: Object.fromEntries(
                ['RATE_LIMIT', 'REGISTRATION_LIMIT', 'SIGN_IN_LIMIT'].map((name, i) => [
                  name,
                  { namespace_id: String(1001 + i), simple: { limit: 1_000_000, period: 60 } },
                ]),
              ),
            },
          }),
        ],
        test: {
          name: 'edge',
          root,
          // Starting a Worker anew for each file took four times as long as all tests together.
          isolate: false,
          setupFiles: ['test/support/forget-after-file.ts'],
          include: files('.test.ts'),
          exclude: [...proofs, '**/*.node.test.ts', 'node_modules/**'],
          // The first call of a file builds the whole Worker, which a busy machine needs its time for.
          testTimeout: 60_000,
          hookTimeout: 30_000,
        },
      },
      {
        plugins: [wasmModules],
        test: {
          name: 'node',
          root,
          include: nodeFiles,
          exclude: [...(isProof ? [] : ['test/**/*.proof.node.test.ts']), ...nodeLeftOut, 'node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
