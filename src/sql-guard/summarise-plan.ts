import { z } from 'zod'

/**
 * A plan that really ran, as a summary for the caller. Shows what was done to the rows that the caller may see; estimates,
 * removed rows and index entries tell of other stores' rows and are left out by naming what goes in, not what stays out.
 */

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string | undefined
  readonly 'CTE Name'?: string | undefined
  readonly 'Join Type'?: string | undefined
  readonly 'Parent Relationship'?: string | undefined
  readonly 'Actual Total Time': number
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Sort Space Type'?: string | undefined
  readonly Plans?: readonly PlanNode[] | undefined
}

const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'CTE Name': z.string().optional(),
    'Join Type': z.string().optional(),
    'Parent Relationship': z.string().optional(),
    'Actual Total Time': z.number(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Sort Space Type': z.string().optional(),
    Plans: z.array(planNode).optional(),
  }),
)
const explained = z.tuple([z.object({ Plan: planNode, 'Execution Time': z.number() })])

/** One step of a query, deepest first. Times are milliseconds of the step alone, without what it waited for. */
export interface PlanStep {
  readonly step: string
  /** Rows that came out of it. */
  readonly rows: number
  readonly milliseconds: number
}

export interface PlanSummary {
  readonly total_milliseconds: number
  readonly steps: readonly PlanStep[]
}

/** The wrapper around a caller's query: its steps stand above the first node below this one. */
const WRAPPER_BOUNDARY = 'WindowAgg'

/** Summarises the output of `explain (analyze, format json)` for a wrapped query; throws when it has another shape. */
export function summarisePlan(plan: unknown): PlanSummary {
  const [{ Plan: top, 'Execution Time': total }] = explained.parse(plan)
  const steps: PlanStep[] = []
  collect(callersPart(top), steps)
  return { total_milliseconds: round(total), steps }
}

function callersPart(top: PlanNode): PlanNode {
  let node = top
  while (node['Node Type'] !== WRAPPER_BOUNDARY) {
    const [outer] = node.Plans ?? []
    if (outer === undefined) return top
    node = outer
  }
  return node.Plans?.find(isData) ?? node
}

function collect(node: PlanNode, steps: PlanStep[]): void {
  const inner = (node.Plans ?? []).filter(isData)
  for (const child of inner) collect(child, steps)
  const own = totalOf(node) - (node.Plans ?? []).filter(isStep).reduce((sum, child) => sum + totalOf(child), 0)
  steps.push({
    step: describe(node),
    rows: Math.round(node['Actual Rows'] * node['Actual Loops']),
    milliseconds: round(Math.max(0, own)),
  })
}

/** A bitmap of index entries is part of the scan above it, and is made before row security looks at the rows. */
function isStep(node: PlanNode): boolean {
  return !node['Node Type'].startsWith('Bitmap') || node['Node Type'] === 'Bitmap Heap Scan'
}

/** An init plan without a table is the row-security verifier, which is ours. */
function isData(node: PlanNode): boolean {
  return isStep(node) && (node['Node Type'] !== 'Result' || node['Parent Relationship'] !== 'InitPlan')
}

function totalOf(node: PlanNode): number {
  return node['Actual Total Time'] * node['Actual Loops']
}

/** Which scan and which index the planner chose tells how common a value is, also among rows of others: not shown. */
function describe(node: PlanNode): string {
  const about = node['Relation Name'] ?? node['CTE Name']
  if (about !== undefined) return `scan of ${about}`
  const type = node['Node Type'].toLowerCase()
  const join = node['Join Type']
  const isJoin = join !== undefined
  return [
    isJoin && join !== 'Inner' ? `${join.toLowerCase()} ` : '',
    isJoin ? 'join' : type,
    node['Sort Space Type'] === 'Disk' ? ' on disk' : '',
  ].join('')
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}
