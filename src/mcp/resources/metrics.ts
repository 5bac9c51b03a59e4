import { type McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server'
import { NotFoundError } from '../../errors.ts'
import { describeMetric, METRIC_NAMES, METRICS } from '../../retail/metrics.ts'
import { nearest } from '../../sql-guard/nearest.ts'
import { type Opener, runResource } from '../boundary.ts'
import { ICONS } from '../icons.ts'

const ALL = 'zava://metrics'
/** Where the definition of one metric lies. */
export const METRIC_URI = `${ALL}/{name}`
const MIME = 'application/json'

/** Registers the metric definitions: all of them, and each by name. They are the same for everybody and hold no data. */
export function registerMetrics(server: McpServer, open: (context: ServerContext) => Opener): void {
  server.registerResource(
    'metrics',
    ALL,
    {
      title: 'Metrics',
      description: 'Every metric of the reports: formula, unit, grain, order statuses that count, caveats, source.',
      mimeType: MIME,
      icons: ICONS.resource,
    },
    (uri, context) =>
      runResource('metrics', open(context), async () => ({
        contents: [{ uri: uri.href, mimeType: MIME, text: JSON.stringify(METRIC_NAMES.map(describeMetric)) }],
      })),
  )
  server.registerResource(
    'metric',
    new ResourceTemplate(METRIC_URI, {
      list: () => ({
        resources: METRIC_NAMES.map((name) => ({
          uri: `${ALL}/${name}`,
          name,
          title: METRICS[name].title,
          description: METRICS[name].formula,
          mimeType: MIME,
          icons: ICONS.resource,
        })),
      }),
    }),
    { title: 'Metric', description: 'The definition of one metric.', mimeType: MIME, icons: ICONS.resource },
    (uri, { name }, context) =>
      runResource('metric', open(context), async () => ({
        contents: [{ uri: uri.href, mimeType: MIME, text: JSON.stringify(describeMetric(find(String(name)))) }],
      })),
  )
}

function find(wanted: string) {
  const name = METRIC_NAMES.find((one) => one === wanted)
  if (name !== undefined) return name
  const near = nearest(wanted, METRIC_NAMES)
  throw new NotFoundError('There is no metric of that name.', {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `${ALL} lists them.`,
  })
}
