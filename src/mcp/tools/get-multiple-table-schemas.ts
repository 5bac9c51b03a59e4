import { z } from 'zod'
import { ValidationError } from '../../errors.ts'
import { queryHints } from '../../retail/query-hints.ts'
import { readTableSchemas, TABLES, type TableName, tableSchema, validValues } from '../../retail/table-schemas.ts'
import { nearest } from '../../sql-guard/nearest.ts'
import { defineTool, readOnly } from './define.ts'
import { cacheFields, fresh, toCacheFields } from './params.ts'

const tableNames = z
  .array(z.string().min(1).max(64))
  .min(1, 'must name at least one table')
  .max(TABLES.length, `must name at most ${TABLES.length} tables`)
  .describe(`Table names, with or without "retail."; known: ${TABLES.map((table) => `retail.${table}`).join(', ')}`)

export default defineTool({
  name: 'get_multiple_table_schemas',
  title: 'Table schemas',
  description:
    'Returns columns, types, keys, foreign keys, valid values (your stores, categories, product types, years, statuses) and query hints of several tables at once. Call it before writing SQL for execute_sales_query, with all tables the query will need. Not needed for the reports.',
  icon: 'M1 2h14v12H1zM2.5 6v2.5h3V6zM7 6v2.5h6.5V6zM2.5 10v2.5h3V10zM7 10v2.5h6.5V10z',
  scope: 'retail:read',
  annotations: readOnly,
  input: z.strictObject({ table_names: tableNames, fresh }),
  output: z.object({
    tables: z.array(tableSchema),
    valid_values: validValues,
    query_hints: z.array(z.string()),
    ...cacheFields,
  }),

  async run({ table_names, fresh }, { ask, signal }) {
    const names = [...new Set(table_names.map(toTableName))]
    const { tables, values, cached } = await readTableSchemas(ask, names, { signal, fresh })
    return { tables, valid_values: values, query_hints: queryHints(names), ...toCacheFields(cached) }
  },

  text: ({ tables, valid_values, query_hints }) =>
    [
      ...tables.map((table) =>
        [
          `TABLE ${table.table}${table.description === null ? '' : `: ${table.description}`}`,
          ...table.columns.map(
            (column) =>
              `  ${column.name} ${column.type}${column.nullable ? '' : ' not null'}${column.default === null ? '' : ` default ${column.default}`}${column.description === null ? '' : ` -- ${column.description}`}`,
          ),
          `  primary key (${table.primary_key.join(', ')})`,
          ...table.foreign_keys.map(
            (key) =>
              `  foreign key (${key.columns.join(', ')}) references ${key.references} (${key.referenced_columns.join(', ')})`,
          ),
        ].join('\n'),
      ),
      ...Object.entries(valid_values).map(([key, values]) => `VALID ${key}: ${JSON.stringify(values)}`),
      ...query_hints.map((hint) => `HINT ${hint}`),
    ].join('\n'),
})

function toTableName(name: string): TableName {
  const bare = name
    .trim()
    .toLowerCase()
    .replaceAll('"', '')
    .replace(/^retail\./, '')
  const known = TABLES.find((table) => table === bare)
  if (known !== undefined) return known
  const [near] = nearest(bare, TABLES)
  throw new ValidationError(`There is no table "${name}".`, {
    field: 'table_names',
    constraint: `any of: ${TABLES.map((table) => `retail.${table}`).join(', ')}`,
    hint:
      near === undefined
        ? `The tables are ${TABLES.map((table) => `retail.${table}`).join(', ')}.`
        : `Did you mean retail.${near}? The tables are ${TABLES.map((table) => `retail.${table}`).join(', ')}.`,
  })
}
