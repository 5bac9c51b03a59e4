/**
 * `npm run bench`: measures, prints each figure beside what it is compared with, and writes them to `.data/bench.json`.
 * `-- guard rls` runs some areas, `-- --quick` fewer rounds over less data. Fails on counts only, never on times.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { helpText, type OptionSpec, parseArguments } from '../../ops/terminal/arguments.ts'
import { explain } from '../../ops/terminal/explain.ts'
import { renderTable } from '../../ops/terminal/table.ts'
import { type Area, isKept, type Measure } from './node/area.ts'
import { guard } from './node/guard.ts'
import { rls } from './node/rls.ts'

const AREAS: readonly Area[] = [guard, rls]
const OPTIONS: Record<string, OptionSpec> = {
  quick: { help: 'fewer rounds, less data' },
  help: { help: 'show this' },
}
const FILE = new URL('../../.data/bench.json', import.meta.url)

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
  const chosen = AREAS.filter(({ name }) => parsed.words.length === 0 || parsed.words.includes(name))
  const measures: (Measure & { area: string })[] = []
  for (const area of chosen) {
    console.log(`\n${area.title}`)
    const options = { isQuick: parsed.switches.has('quick'), serverUrl: process.env.TEST_SERVER_POSTGRES_URL }
    const found = await area.run({ ...options, say: (text) => console.log(`  ${text}`) })
    console.log(
      renderTable(['measure', 'value', 'unit', 'target', '', 'beside'], found.map(toRow), {
        maxWidth: 200,
        indent: '  ',
      }),
    )
    measures.push(...found.map((measure) => ({ area: area.name, ...measure })))
  }
  await mkdir(new URL('.', FILE), { recursive: true })
  await writeFile(FILE, `${JSON.stringify({ node: process.version, measures }, null, 2)}\n`)
  const broken = measures.filter((measure) => measure.isCount === true && !isKept(measure))
  for (const { area, measure } of broken) console.error(`${area}: ${measure} is not within its target.`)
  return broken.length > 0 ? 1 : 0
}

function toRow(measure: Measure): string[] {
  const { target } = measure
  const wanted = target === undefined ? '' : 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`
  const verdict = target === undefined ? '' : isKept(measure) ? '✓' : '✗'
  return [measure.measure, measure.value.toPrecision(3), measure.unit, wanted, verdict, measure.against]
}
