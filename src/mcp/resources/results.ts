import { type McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server'
import { findResult } from '../../retail/results.ts'
import { runResource } from '../boundary.ts'
import type { Call } from '../call.ts'
import { toCsv } from '../text.ts'

/** Registers the rows behind a continuation handle as a resource: all that were kept, as CSV. */
export function registerResults(server: McpServer, openCall: (context: ServerContext) => Call): void {
  server.registerResource(
    'query-result',
    new ResourceTemplate('zava://results/{handle}', { list: undefined }),
    {
      title: 'Rows of a query',
      description: 'All kept rows behind the handle in "next" of an execute_sales_query answer, for 15 minutes.',
      mimeType: 'text/csv',
    },
    (uri, { handle }, context) => {
      const call = openCall(context)
      return runResource('query-result', call, async () => {
        const result = await findResult(call.results, call.ask, String(handle), call.signal)
        return { contents: [{ uri: uri.href, mimeType: 'text/csv', text: toCsv(result) }] }
      })
    },
  )
}
