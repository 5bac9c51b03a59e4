import { z } from 'zod'
import { renderTable } from '../../ops/terminal/table.ts'
import { type Assistant, callTool, table } from './assistant.ts'
import { salesInsightTruth } from './insight-truth.ts'
import { insights, showInsights } from './insights.ts'
import { comparedMetrics, isPercent, METRIC_SQL, metricColumns } from './metric-truth.ts'
import { getAssistant } from './participants.ts'
import { callText, showHeadline, shownCell, showQuestion, showTable } from './show.ts'
import { sold } from './sold.ts'
import { LAST_QUARTER } from './spans.ts'
import type { Tour } from './tour.ts'
import { columnsOf, holds, isTrue, onlyStoresOf, readTruth } from './truth.ts'

const TOOL = 'get_store_performance'
const METRICS = Object.keys(METRIC_SQL)
const BY_STORE = ['net_sales', 'orders', 'average_order_value', 'gross_margin_percent', 'return_rate']

const values = z.record(z.string(), z.number().nullable())
const period = z.object({ from: z.string(), to: z.string(), time_zone: z.string() })
const performance = z.object({
  store: z.string(),
  period,
  metrics: values,
  comparison: z.object({ period, metrics: values, change: values }),
  by_store: table.omit({ row_count: true }).optional(),
  insights,
  currency: z.string(),
})

/** Asks how stores did: one store, all stores of a region, and one that is somebody else's. */
export async function askAboutPerformance(tour: Tour): Promise<void> {
  showHeadline(tour, 'How did it go?')
  await askAboutOwnStore(tour)
  await compareStores(tour)
  await askAboutSomebodyElses(tour)
}

async function askAboutOwnStore(tour: Tour): Promise<void> {
  const seattle = getAssistant(tour, 'seattle')
  const answer = await ask(tour, seattle, {
    text: 'How did my store do last quarter?',
    args: { time_period: 'last_quarter' },
  })
  const { metrics, comparison } = answer
  const rows = METRICS.map((name) => [
    name,
    shownCell(metrics[name], name),
    shownCell(comparison.metrics[name], name),
    shownChange(name, comparison.change[name]),
  ])
  tour.print(renderTable(['metric', 'last quarter', 'quarter before', 'change'], rows, { indent: '  ' }))

  const [truth] = await readTruth(tour.stack.owner, comparedMetrics(onlyStoresOf(seattle.person)))
  const told = METRICS.flatMap((name) => [
    [name, metrics[name]],
    [`${name}_before`, comparison.metrics[name]],
    [`${name}_change`, comparison.change[name]],
  ])
  const isRight = holds(Object.fromEntries(told), truth)
  tour.check(`${METRICS.length} metrics of two quarters and their change, as the owner computes them in SQL`, isRight)
  await showInsights(tour, seattle, { found: answer.insights, truthOf: salesInsightTruth })
}

async function compareStores(tour: Tour): Promise<void> {
  const regional = getAssistant(tour, 'regional')
  const args = { store: 'all', time_period: 'last_quarter' }
  const answer = await ask(tour, regional, { text: 'How do my stores compare?', args })
  const shown = columnsOf(answer.by_store ?? { columns: [], rows: [] }, ['store', ...BY_STORE])
  showTable(tour, shown)
  const sql = `
    select store, ${metricColumns(BY_STORE)} from ${sold(onlyStoresOf(regional.person), LAST_QUARTER)}
     group by store order by net_sales desc, store`
  const isRight = isTrue(shown, await readTruth(tour.stack.owner, sql))
  tour.check(`${shown.rows.length} stores, every cell as the owner computes it in SQL`, isRight)
  await showInsights(tour, regional, { found: answer.insights, truthOf: salesInsightTruth })
}

async function askAboutSomebodyElses(tour: Tour): Promise<void> {
  const { print, paint, check, stack } = tour
  const seattle = getAssistant(tour, 'seattle')
  const args = { store: 'Redmond', time_period: 'last_quarter' }
  showQuestion(tour, seattle, 'And how did Redmond do?', callText(TOOL, args))
  const [redmond, atlantis] = [
    await seattle.call(TOOL, args),
    await seattle.call(TOOL, { ...args, store: 'Atlantis' }),
  ].map((result) => ('refused' in result ? result.refused : undefined))
  if (redmond !== undefined) print(paint.red(`  ${redmond.code}: ${redmond.message} ${redmond.hint ?? ''}`.trimEnd()))

  const { person } = getAssistant(tour, 'redmond')
  const [truth] = await readTruth(
    stack.owner,
    `select ${METRIC_SQL.orders} as orders from ${sold(onlyStoresOf(person), LAST_QUARTER)}`,
  )
  const isRefused = redmond?.code === 'AUTHORIZATION_ERROR' && Number(truth?.orders) > 0
  check(`refused, though the owner counts ${Number(truth?.orders)} orders there`, isRefused)
  check('in the words that a store gets which does not exist', redmond?.message === atlantis?.message)
}

function shownChange(name: string, change: number | null | undefined): string | null {
  if (change === null || change === undefined) return null
  return `${change > 0 ? '+' : ''}${change}${isPercent(name) ? ' points' : ' %'}`
}

interface Asked {
  readonly text: string
  readonly args: Readonly<Record<string, unknown>>
}

async function ask(tour: Tour, assistant: Assistant, { text, args }: Asked) {
  showQuestion(tour, assistant, text, callText(TOOL, args))
  const answer = performance.parse(await callTool(assistant, TOOL, args))
  const { store, period: now, comparison, currency } = answer
  const span = ({ from, to }: z.output<typeof period>) =>
    `${dayOf(Date.parse(from), now.time_zone)} to ${dayOf(Date.parse(to) - 1, now.time_zone)}`
  tour.print(`  ${store}, ${span(now)}, compared with ${span(comparison.period)}, in ${currency}`)
  return answer
}

function dayOf(instant: number, timeZone: string): string {
  return new Date(instant).toLocaleDateString('en-CA', { timeZone })
}
