import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { people } from '../../dev/demo/people.ts'
import { stores } from '../../dev/demo/stores.ts'
import { runTool } from '../../src/mcp/boundary.ts'
import { TOOLS } from '../../src/mcp/tools/index.ts'
import { METRIC_NAMES } from '../../src/retail/metrics.ts'
import { PERIOD_FORMS } from '../../src/retail/period.ts'
import { DIMENSION_NAMES } from '../../src/retail/sales/dimensions.ts'
import { person } from '../support/edge.ts'
import { readAsOwner } from '../support/owner.ts'
import { callAs } from './call.ts'
import { OTHER_QUESTIONS } from './other-questions.ts'
import { type Question, SALES_QUESTIONS } from './questions.ts'
import { STOCK_QUESTIONS } from './stock-questions.ts'

const QUESTIONS = [...SALES_QUESTIONS, ...STOCK_QUESTIONS, ...OTHER_QUESTIONS]

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

  it('are asked by everybody, for every metric, every grouping and every form of a period', () => {
    const asked = (name: string) => QUESTIONS.flatMap(({ args }) => [args[name]].flat())

    expect(people.map(({ key }) => key).filter((key) => !QUESTIONS.some(({ as }) => as === key))).toEqual([])
    expect(METRIC_NAMES.filter((name) => !asked('metrics').includes(name))).toEqual([])
    expect(DIMENSION_NAMES.filter((name) => !asked('group_by').includes(name))).toEqual([])
    expect(PERIOD_FORMS.filter((form) => !asked('time_period').includes(form))).toEqual(['2025-06-15'])
  })
})
