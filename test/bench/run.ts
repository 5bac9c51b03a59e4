/**
 * `npm run bench`: measures, prints each figure beside what it is compared with, and writes them to `.data/bench.json`;
 * `-- --publish` to docs/ as well. `-- guard rls` runs some areas, `-- --quick` fewer rounds over less data. Fails on counts
 * only, never on times.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { helpText, type OptionSpec, parseArguments } from '../../ops/terminal/arguments.ts'
import { explain } from '../../ops/terminal/explain.ts'
import { renderTable } from '../../ops/terminal/table.ts'
import { openAhead } from './node/ahead.ts'
import { isKept } from './node/area.ts'
import { AREAS } from './node/areas.ts'
import { openKept } from './node/kept.ts'
import { publish, type Run, toJson, toRow } from './node/publish.ts'
import { openStacks } from './node/stack.ts'

const OPTIONS: Record<string, OptionSpec> = {
  quick: { help: 'fewer rounds, less data' },
  publish: { help: 'writes docs/benchmarks.* too' },
  help: { help: 'show this' },
}
const FILE = new URL('../../.data/bench.json', import.meta.url)

// It would be looked for in the network.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false'
process.exitCode = await run().catch((error: unknown) => {
  console.error(explain(error))
  return 1
})

async function run(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2), OPTIONS, { maxWords: AREAS.length })
  const unknown = parsed.words.filter((word) => !AREAS.some(({ name }) => name === word))
  if (parsed.switches.has('help') || unknown.length > 0) {
    if (unknown.length > 0) console.error(`There is no area "${unknown[0]}".`)
    console.log(helpText(`npm run bench -- [${AREAS.map(({ name }) => name).join(' | ')}] [options]`, OPTIONS))
    return unknown.length > 0 ? 2 : 0
  }
  const kept = openKept()
  const isQuick = parsed.switches.has('quick')
  const options = { isQuick, serverUrl: process.env.TEST_SERVER_POSTGRES_URL, stacks: openStacks(kept), kept }
  const chosen = AREAS.filter(({ name }) => parsed.words.length === 0 || parsed.words.includes(name))
  const ahead = openAhead(chosen, options)
  const started = performance.now()
  const areas: Run['areas'][number][] = []
  try {
    for (const area of chosen) {
      console.log(`\n${area.title}`)
      const waited = performance.now()
      await ahead.makeWayFor(area)
      if (performance.now() - waited > 1000) console.log(`  ${secondsSince(waited)} until what is large was made`)
      const begun = performance.now()
      const say = (text: string) => console.log(`  ${text}`)
      const measures = await area.run({ ...options, say, timesTaken: ahead.begin })
      const columns = ['measure', 'value', 'unit', 'target', '', 'beside']
      console.log(renderTable(columns, measures.map(toRow), { maxWidth: 200, indent: '  ' }))
      console.log(`  ${secondsSince(begun)}`)
      areas.push({ area, measures })
    }
  } finally {
    await kept.stop()
  }
  const found: Run = { commit: commit(), at: new Date(), areas }
  await mkdir(new URL('.', FILE), { recursive: true })
  await writeFile(FILE, `${JSON.stringify(toJson(found), null, 2)}\n`)
  if (parsed.switches.has('publish')) await publish(found)

  const broken = areas.flatMap(({ area, measures }) =>
    measures
      .filter((measure) => measure.isCount === true && !isKept(measure))
      .map(({ measure }) => `${area.name}: ${measure} is not within its target.`),
  )
  console.log(`\n${areas.length} areas in ${secondsSince(started)}`)
  for (const line of broken) console.error(line)
  return broken.length > 0 ? 1 : 0
}

function commit(): string {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim() || 'unknown'
}

function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(0)} s`
}
