import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import { type Opener, runResource } from '../boundary.ts'
import { ICONS } from '../icons.ts'

/** Registers how long this session's own questions took, per kind. */
export function registerPerformance(server: McpServer, open: (context: ServerContext) => Opener): void {
  server.registerResource(
    'performance',
    'zava://performance',
    {
      title: 'How fast your questions were',
      description:
        'Per kind of question, of this session: count, failed, average, shortest, longest, median and 95th percentile duration in seconds, slow ones (over 1 s), and the last of those.',
      mimeType: 'application/json',
      icons: ICONS.resource,
    },
    (uri, context) =>
      runResource('performance', open(context), async (call) => ({
        contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(await call.performance()) }],
      })),
  )
}
