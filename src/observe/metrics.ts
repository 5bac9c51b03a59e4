import type { ErrorCode } from '../errors.ts'

/**
 * What is counted, under names and label sets that are closed: no value of a label comes from a caller. Every event goes
 * to Workers Analytics Engine, which sees all isolates, and into a registry of this isolate, which `/metrics` prints. In
 * production a session object and the Worker may live in different isolates, so one isolate's registry is a sample.
 */

/** Kinds of questions that reach the database. */
export type QueryType = 'free_sql' | 'report' | 'search' | 'schema' | 'context'
export type CacheType = 'query' | 'embedding' | 'schema'
export type Dependency = 'database' | 'ai_service'

/** Every metric there is: its kind, its labels in order, and what it says. Durations are in seconds. */
export const METRICS = {
  query_total: { kind: 'counter', labels: ['type', 'status'], help: 'Questions that reached the database.' },
  query_duration: {
    kind: 'histogram',
    labels: ['type'],
    help: 'Seconds until the database had answered, retries included.',
  },
  operation_success: {
    kind: 'counter',
    labels: ['operation'],
    help: 'Tools, resources, prompts and HTTP requests that were answered.',
  },
  operation_error: {
    kind: 'counter',
    labels: ['operation', 'type'],
    help: 'The same that ended in an error, by its code.',
  },
  operation_duration: { kind: 'histogram', labels: ['operation'], help: 'Seconds until an answer, successes only.' },
  cache_hit: { kind: 'counter', labels: ['type'], help: 'Answers that came from a cache.' },
  cache_miss: { kind: 'counter', labels: ['type'], help: 'Answers that no cache had.' },
  database_retry: { kind: 'counter', labels: [], help: 'Tries that followed a failed connection.' },
  database_circuit_opened: {
    kind: 'counter',
    labels: [],
    help: 'Times that repeated failure stopped all tries for a while.',
  },
  dependency_healthy: {
    kind: 'gauge',
    labels: ['dependency'],
    help: '1 when the last check of what stands behind us succeeded, else 0.',
  },
} as const satisfies Record<string, Definition>

export type MetricName = keyof typeof METRICS

/** Upper bounds of the histograms, in seconds; one more takes the rest. */
export const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const

interface Definition {
  readonly kind: 'counter' | 'histogram' | 'gauge'
  readonly labels: readonly string[]
  readonly help: string
}

/** The part of an Analytics Engine binding that is needed: blob 1 is the metric's name, the labels follow in order; double 1 is the value. */
export interface AnalyticsSink {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void
}

/** Counts events; every method returns at once and never throws. */
export interface Metrics {
  /** A question to the database has ended, well or not. */
  query(type: QueryType, status: 'success' | 'error', seconds: number): void
  /** A tool, resource, prompt or HTTP request was answered. `operation` is a name of ours. */
  succeeded(operation: string, seconds: number): void
  failed(operation: string, type: ErrorCode): void
  cacheHit(type: CacheType): void
  cacheMiss(type: CacheType): void
  retried(): void
  circuitOpened(): void
  checked(dependency: Dependency, isHealthy: boolean): void
  /** Sends every later event to the binding METRICS as well, where there is one. */
  connect(bindings: object): void
  /** Returns the registry in Prometheus' text format 0.0.4. */
  toPrometheus(): string
}

interface Series {
  readonly labels: readonly string[]
  value: number
  /** Of a histogram: how many fell into each bucket, not yet summed up. */
  readonly buckets: number[]
  count: number
}

/** Makes an empty registry. */
export function createMetrics(): Metrics {
  const registry = new Map<MetricName, Map<string, Series>>()
  let sink: AnalyticsSink | undefined

  const record = (name: MetricName, labels: readonly string[], value: number) => {
    const series = seriesOf(registry, name, labels)
    if (METRICS[name].kind === 'gauge') series.value = value
    else series.value += value
    if (METRICS[name].kind === 'histogram') {
      series.count += 1
      const bucket = BUCKETS_S.findIndex((most) => value <= most)
      if (bucket !== -1) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
    }
    try {
      sink?.writeDataPoint({ indexes: [name], blobs: [name, ...labels], doubles: [value] })
    } catch {
      // A metric that is lost must not cost an answer.
    }
  }

  return {
    query(type, status, seconds) {
      record('query_total', [type, status], 1)
      record('query_duration', [type], seconds)
    },
    succeeded(operation, seconds) {
      record('operation_success', [operation], 1)
      record('operation_duration', [operation], seconds)
    },
    failed: (operation, type) => record('operation_error', [operation, type], 1),
    cacheHit: (type) => record('cache_hit', [type], 1),
    cacheMiss: (type) => record('cache_miss', [type], 1),
    retried: () => record('database_retry', [], 1),
    circuitOpened: () => record('database_circuit_opened', [], 1),
    checked: (dependency, isHealthy) => record('dependency_healthy', [dependency], isHealthy ? 1 : 0),
    connect(bindings) {
      sink = (bindings as { METRICS?: AnalyticsSink }).METRICS
    },
    toPrometheus: () => print(registry),
  }
}

/** The registry of this isolate. */
export const metrics = createMetrics()

function seriesOf(registry: Map<MetricName, Map<string, Series>>, name: MetricName, labels: readonly string[]): Series {
  const all = registry.get(name) ?? new Map<string, Series>()
  registry.set(name, all)
  const key = labels.join('\u0000')
  const series = all.get(key) ?? { labels, value: 0, count: 0, buckets: BUCKETS_S.map(() => 0) }
  all.set(key, series)
  return series
}

function print(registry: ReadonlyMap<MetricName, ReadonlyMap<string, Series>>): string {
  const lines = ['# Of the isolate that answers; all isolates together are in Analytics Engine.']
  for (const [name, { kind, labels, help }] of Object.entries(METRICS)) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`)
    const all = [...(registry.get(name as MetricName)?.values() ?? [])]
    for (const series of all) {
      const pairs = labels.map((label, i) => `${label}="${series.labels[i] ?? ''}"`)
      if (kind === 'histogram') lines.push(...histogram(name, pairs, series))
      else lines.push(`${name}${inBraces(pairs)} ${series.value}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function histogram(name: string, pairs: readonly string[], { value, count, buckets }: Series): string[] {
  let below = 0
  const bounded = BUCKETS_S.map((most, i) => {
    below += buckets[i] ?? 0
    return `${name}_bucket${inBraces([...pairs, `le="${most}"`])} ${below}`
  })
  return [
    ...bounded,
    `${name}_bucket${inBraces([...pairs, 'le="+Inf"'])} ${count}`,
    `${name}_sum${inBraces(pairs)} ${value}`,
    `${name}_count${inBraces(pairs)} ${count}`,
  ]
}

function inBraces(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
