import { type McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server'
import { NotFoundError } from '../../errors.ts'
import { queryHints } from '../../retail/query-hints.ts'
import { readTableSchemas, TABLES } from '../../retail/table-schemas.ts'
import { type Opener, runResource } from '../boundary.ts'
import { ICONS } from '../icons.ts'

/** Where the schemas of tables lie. */
export const SCHEMA_URI = 'zava://schema/{table}'

const uriOf = (table: string) => SCHEMA_URI.replace('{table}', table)
const MIME = 'application/json'

/** Registers the schema of each table as a resource: columns, keys, hints, and the values that the caller may see. */
export function registerSchemas(server: McpServer, open: (context: ServerContext) => Opener): void {
  server.registerResource(
    'table-schema',
    new ResourceTemplate(SCHEMA_URI, {
      list: () => ({
        resources: TABLES.map((table) => ({
          uri: uriOf(table),
          name: `schema-${table}`,
          title: `Table retail.${table}`,
          mimeType: MIME,
          icons: ICONS.resource,
        })),
      }),
    }),
    {
      title: 'Schema of a table',
      description: 'Columns, types, keys, valid values and query hints of one table, as you may see them.',
      mimeType: MIME,
      icons: ICONS.resource,
    },
    (uri, { table: wanted }, context) =>
      runResource('table-schema', open(context), async ({ ask, signal }) => {
        const table = TABLES.find((one) => one === wanted)
        if (table === undefined) {
          throw new NotFoundError('There is no such table.', { hint: `The tables are ${TABLES.join(', ')}.` })
        }
        const { tables, values } = await readTableSchemas(ask, [table], { signal, fresh: false })
        const text = JSON.stringify({ ...tables[0], valid_values: values, query_hints: queryHints([table]) })
        return { contents: [{ uri: uri.href, mimeType: MIME, text }] }
      }),
  )
}
