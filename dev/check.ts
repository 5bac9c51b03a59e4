/** `npm run check`: types, lint and format, and that sql/schema.sql is what the migrations make. */
import { spawnSync } from 'node:child_process'

const STEPS: readonly (readonly string[])[] = [
  ['tsc', '-p', 'tsconfig.json'],
  ['tsc', '-p', 'ops/tsconfig.json'],
  ['tsc', '-p', 'dev/tsconfig.json'],
  ['tsc', '-p', 'test/tsconfig.json'],
  ['tsc', '-p', 'test/tsconfig.node.json'],
  ['biome', 'check', '--config-path=dev/biome-rules.json', '--error-on-warnings', '.'],
  ['node', 'sql/schema.ts', '--check'],
]

for (const [command = '', ...args] of STEPS) {
  console.log(`> ${[command, ...args].join(' ')}`)
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}
