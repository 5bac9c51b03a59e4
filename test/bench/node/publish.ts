import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { type Area, isKept, type Measure } from './area.ts'
import { drawTargets } from './chart.ts'

/** What one run of the bench found. */
export interface Run {
  readonly commit: string
  readonly at: Date
  readonly areas: readonly { readonly area: Pick<Area, 'name' | 'title'>; readonly measures: readonly Measure[] }[]
}

const DOCS = new URL('../../../docs/', import.meta.url)

/** Writes docs/benchmarks.md, its picture and the same as JSON; nothing in them is typed by hand. */
export async function publish(run: Run): Promise<void> {
  await mkdir(DOCS, { recursive: true })
  await writeFile(new URL('benchmarks.md', DOCS), toMarkdown(run))
  await writeFile(new URL('benchmarks.svg', DOCS), drawTargets(run.areas))
  await writeFile(new URL('benchmarks.json', DOCS), `${JSON.stringify(toJson(run), null, 2)}\n`)
}

/** What the bench writes for machines to read. */
export function toJson({ commit, at, areas }: Run) {
  return {
    commit,
    at: at.toISOString(),
    node: process.version,
    cores: cpus().length,
    measures: areas.flatMap(({ area, measures }) => measures.map((measure) => ({ area: area.name, ...measure }))),
  }
}

/** A measure as a row: name, value, unit, target, whether it is kept, what it stands beside. */
export function toRow(measure: Measure): string[] {
  const { target } = measure
  const wanted = target === undefined ? '' : 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`
  const verdict = target === undefined ? '' : isKept(measure) ? '✓' : '✗'
  return [measure.measure, written(measure.value), measure.unit, wanted, verdict, measure.against]
}

function toMarkdown({ commit, at, areas }: Run): string {
  const sections = areas
    .filter(({ measures }) => measures.length > 0)
    .map(({ area, measures }) =>
      [
        `## ${area.title}`,
        `\`npm run bench -- ${area.name}\``,
        [
          '| Measure | Value | | Target | | Beside |',
          '|---|--:|---|--:|---|---|',
          ...measures.map((one) => `| ${toRow(one).map(cell).join(' | ')} |`),
        ].join('\n'),
      ].join('\n\n'),
    )
  return `${[
    '# Benchmarks',
    `Written by \`npm run bench -- --publish\` on ${at.toISOString().slice(0, 10)} at commit ${commit}, on ${cpus().length} cores with Node ${process.version}. Ratios compare within the run; times are of that machine.`,
    '![Values as a share of their targets](benchmarks.svg)',
    ...sections,
  ].join('\n\n')}\n`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** Three figures that count, and no powers of ten. */
function written(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
