import { type McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server'
import { findResult } from '../../retail/results.ts'
import { type Opener, runResource } from '../boundary.ts'
import { ICONS } from '../icons.ts'
import { toCsv } from '../text.ts'

/** Registers the rows behind a continuation handle as a resource: all that were kept, as CSV. */
export function registerResults(server: McpServer, open: (context: ServerContext) => Opener): void {
  server.registerResource(
    'query-result',
    new ResourceTemplate('zava://results/{handle}', { list: undefined }),
    {
      title: 'Rows of a query',
      description: 'All kept rows behind the handle in "next" of an execute_sales_query answer, for 15 minutes.',
      mimeType: 'text/csv',
      icons: ICONS.resource,
    },
    (uri, { handle }, context) =>
      runResource(
        'query-result',
        open(context),
        async (call) => {
          const result = await findResult(call.results, call.ask, String(handle), call.signal)
          return { contents: [{ uri: uri.href, mimeType: 'text/csv', text: toCsv(result) }] }
        },
        { uri: uri.href },
      ),
  )
}
