import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { people } from '../../dev/demo/people.ts'
import { stores } from '../../dev/demo/stores.ts'
import { runTool } from '../../src/mcp/boundary.ts'
import { TOOLS } from '../../src/mcp/tools/index.ts'
import { METRIC_NAMES } from '../../src/retail/metrics.ts'
import { type Comparison, PERIOD_FORMS } from '../../src/retail/period.ts'
import { DIMENSION_NAMES } from '../../src/retail/sales/dimensions.ts'
import { person } from '../support/edge.ts'
import { readAsOwner } from '../support/owner.ts'
import { callAs } from './call.ts'
import { LOOSE_QUESTIONS } from './loose-questions.ts'
import { OTHER_QUESTIONS } from './other-questions.ts'
import { type Question, SALES_QUESTIONS } from './questions.ts'
import { STOCK_QUESTIONS } from './stock-questions.ts'

const REPORTS = [
  'get_sales_report',
  'get_store_performance',
  'get_inventory_status',
  'get_product_affinity',
  'execute_sales_query',
]
const QUESTIONS = [...SALES_QUESTIONS, ...LOOSE_QUESTIONS, ...STOCK_QUESTIONS, ...OTHER_QUESTIONS]

const KINDS = ['role', 'person', 'tool', 'metrics', 'group_by', 'compare_to', 'time_period'] as const
type Kind = (typeof KINDS)[number]

/** Everything that somebody must ask for. */
const EVERYTHING: readonly (readonly [kind: Kind, what: string])[] = [
  ...[...new Set(people.map(({ role }) => role))].map((role) => ['role', role] as const),
  ...people.map(({ key }) => ['person', key] as const),
  ...REPORTS.map((tool) => ['tool', tool] as const),
  ...METRIC_NAMES.map((name) => ['metrics', name] as const),
  ...DIMENSION_NAMES.map((name) => ['group_by', name] as const),
  ...(['previous_period', 'previous_year'] satisfies Comparison[]).map((one) => ['compare_to', one] as const),
  ...PERIOD_FORMS.map((form) => ['time_period', form] as const),
]

const values = z.record(z.string(), z.unknown())
const answer = z.looseObject({
  columns: z.array(z.looseObject({ name: z.string() })).default([]),
  rows: z.array(z.array(z.unknown())).default([]),
  totals: values.default({}),
  metrics: z.unknown().optional(),
  comparison: z.looseObject({ metrics: values }).optional(),
})

async function answerTo({ as, tool, args }: Question) {
  const found = TOOLS.find(({ name }) => name === tool)
  if (found === undefined) throw new Error(`there is no ${tool}`)
  const result = await runTool(found, args, { requestId: 'golden', call: () => callAs(as) })
  if (!('structuredContent' in result)) throw new Error(JSON.stringify(result))
  return answer.parse(result.structuredContent)
}

/** The compared columns of an answer, row by row, as text in one form. */
function tableOf(told: z.output<typeof answer>, names: readonly string[], from: Question['from']) {
  if (from === 'totals') return [names.map((name) => plain(told.totals[name]))]
  if (from === 'metrics') return [names.map((name) => plain(values.parse(told.metrics)[name]))]
  if (from === 'comparison') return [names.map((name) => plain(told.comparison?.metrics[name]))]
  const places = names.map((name) => told.columns.findIndex((column) => column.name === name))
  expect(places).not.toContain(-1)
  return told.rows.map((row) => places.map((place) => plain(row[place])))
}

/** 12.5 and "12.50" are one number. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return /^-?\d+(\.\d+)?$/.test(String(value)) ? String(Number(value)) : String(value)
}

async function truthOf({ as, truth }: Question) {
  const own = stores.filter((one) => person(as).storeKeys.includes(one.key)).map(({ id }) => id)
  const rows = await readAsOwner(truth, [own])
  return { names: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row).map(plain)) }
}

describe('golden questions', () => {
  it.each(QUESTIONS.map((question) => [question.as, question.ask, question] as const))(
    '%s: %s',
    async (_as, _ask, question) => {
      const [told, truth] = await Promise.all([answerTo(question), truthOf(question)])

      expect(truth.rows.length).toBeGreaterThan(0)
      expect(tableOf(told, truth.names, question.from)).toEqual(truth.rows)
    },
  )

  it('are asked by everybody, for every metric, grouping, comparison, form of a period and tool', () => {
    expect(missingFrom(QUESTIONS)).toEqual([])
  })

  it.each(EVERYTHING)('would be missed if nobody asked for %s %s', (kind, what) => {
    const others = QUESTIONS.filter((question) => !asksFor(question, kind, what))

    expect(others.length).toBeLessThan(QUESTIONS.length)
    expect(missingFrom(others)).toContainEqual([kind, what])
  })
})

/** What questions exist for that one can tell from them. A metric counts where the truth has its column, not where it is only asked for. */
function asksFor({ as, tool, args, truth, from }: Question, kind: Kind, what: string): boolean {
  if (kind === 'role') return people.some(({ key, role }) => key === as && role === what)
  if (kind === 'person') return as === what
  if (kind === 'tool') return tool === what
  if (kind === 'metrics') return [args.metrics].flat().includes(what) && new RegExp(`\\b${what}\\b`).test(truth)
  if (kind === 'group_by') return args.group_by === what && from === undefined
  return args[kind] === what
}

function missingFrom(questions: readonly Question[]) {
  return EVERYTHING.filter(([kind, what]) => !questions.some((question) => asksFor(question, kind, what)))
}
