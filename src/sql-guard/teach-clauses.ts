/** Sentences for clauses, kinds of expression and column names that the guard does not let through. */
import type { Lesson } from './refusal.ts'
import { teachStatement } from './teach-statements.ts'

/** By `Type.field`, or by type for a whole node. */
const CLAUSES: Readonly<Record<string, Lesson>> = {
  'SelectStmt.intoClause': {
    sentence: 'SELECT INTO would make a table; this service is read only.',
    hint: 'Leave INTO out; the rows come back as the answer. Use WITH name AS (SELECT …) for a result you need twice.',
  },
  'SelectStmt.lockingClause': {
    sentence: 'FOR UPDATE and FOR SHARE would lock rows; this service is read only.',
    hint: 'Leave the FOR clause out; a plain SELECT reads a consistent state.',
    spot: /\bfor\s+(no\s+key\s+update|update|key\s+share|share)\b/i,
  },
  'WithClause.recursive': {
    sentence: 'WITH RECURSIVE is not available: a loop could run without end.',
    hint: "For a calendar or a number list use generate_series, for example generate_series(date '2026-01-01', date '2026-12-01', interval '1 month'). If no query in WITH refers to itself, leave RECURSIVE out.",
    spot: /\brecursive\b/i,
  },
  'CommonTableExpr.search_clause': {
    sentence: 'SEARCH belongs to recursive queries, which are not available.',
    hint: 'Order the rows with ORDER BY.',
  },
  'CommonTableExpr.cycle_clause': {
    sentence: 'CYCLE belongs to recursive queries, which are not available.',
    hint: 'Leave the CYCLE clause out.',
  },
  'RangeVar.catalogname': {
    sentence: 'A table name has at most a schema before it.',
    hint: 'Write retail.orders or simply orders.',
  },
  'RangeFunction.is_rowsfrom': {
    sentence: 'ROWS FROM (…) is not available.',
    hint: 'Put each function into FROM by itself, WITH ORDINALITY, and join on the ordinality.',
  },
  'RangeFunction.coldeflist': {
    sentence: 'A column definition list after a function is not available.',
    hint: "Read fields with ->> and cast them, for example (item->>'price')::numeric.",
  },
  'SortBy.useOp': { sentence: 'ORDER BY … USING is not available.', hint: 'Write ORDER BY … ASC or DESC.' },
  'FuncCall.func_variadic': {
    sentence: 'VARIADIC is not available.',
    hint: 'Write the arguments one by one, or use array_to_string for a list.',
  },
  ParamRef: {
    sentence: 'The query has a placeholder such as $1, but no values come with it.',
    hint: "Write the value itself into the query, text in single quotes: WHERE status = 'completed'.",
  },
  RangeTableSample: {
    sentence: 'TABLESAMPLE is not available: it would read the blocks of every store.',
    hint: 'Take some rows with ORDER BY md5(order_id::text) LIMIT 100.',
  },
  RangeTableFunc: { sentence: 'XMLTABLE is not available.', hint: 'Read documents with jsonb operators.' },
  XmlExpr: {
    sentence: 'XML functions are not available.',
    hint: 'Build documents with jsonb_build_object and jsonb_agg.',
  },
  XmlSerialize: {
    sentence: 'XML functions are not available.',
    hint: 'Build documents with jsonb_build_object and jsonb_agg.',
  },
  JsonTable: {
    sentence: 'JSON_TABLE is not available.',
    hint: 'Use jsonb_array_elements(…) in FROM and read fields with ->>.',
  },
  JsonFuncExpr: {
    sentence: 'JSON_VALUE, JSON_QUERY and JSON_EXISTS are not available.',
    hint: "Read a field with document->>'name'; test for one with document ? 'name'.",
  },
  JsonObjectConstructor: {
    sentence: 'JSON_OBJECT is not available.',
    hint: "Write jsonb_build_object('name', value, …).",
  },
  JsonArrayConstructor: { sentence: 'JSON_ARRAY is not available.', hint: 'Write jsonb_build_array(value, …).' },
  JsonObjectAgg: { sentence: 'JSON_OBJECTAGG is not available.', hint: 'Write jsonb_object_agg(key, value).' },
  JsonArrayAgg: { sentence: 'JSON_ARRAYAGG is not available.', hint: 'Write jsonb_agg(value ORDER BY …).' },
  JsonIsPredicate: { sentence: 'IS JSON is not available.', hint: 'Compare jsonb_typeof(document) instead.' },
  CurrentOfExpr: { sentence: 'Cursors are not available.', hint: 'Put a condition on columns into WHERE.' },
  SetToDefault: { sentence: 'DEFAULT has no meaning in a query.', hint: 'Write the value itself.' },
}

/** Returns the lesson for a type of node that is not on the list. */
export function teachNode(type: string): Lesson {
  if (type.endsWith('Stmt')) return teachStatement(type)
  return (
    CLAUSES[type] ?? {
      sentence: 'This kind of expression is not available.',
      hint: 'Write it with plain SELECT syntax.',
    }
  )
}

/** Returns the lesson for a field that is not on the list of its node. */
export function teachField(type: string, field: string): Lesson {
  return (
    CLAUSES[`${type}.${field}`] ?? {
      sentence: 'This clause is not available.',
      hint: 'Write it with plain SELECT syntax.',
    }
  )
}

/** A WITH query that is named like a system catalogue. */
export function withName(name: string): Lesson {
  return {
    sentence: `A query in WITH cannot be called "${name}".`,
    hint: 'Give it a name that does not begin with pg_.',
  }
}

/** A WITH query that is not a SELECT. */
export function writingWithQuery(type: string): Lesson {
  return teachStatement(type)
}

/** A column reference with more than three parts. */
export function longColumn(): Lesson {
  return { sentence: 'This column name has too many parts.', hint: 'Write alias.column, for example o.order_date.' }
}

/** A column that Postgres keeps for itself. */
export function hiddenColumn(name: string): Lesson {
  return {
    sentence: `The column "${name}" is internal to the database.`,
    hint: 'Use the columns that get_multiple_table_schemas lists; number rows with row_number() OVER (ORDER BY …).',
  }
}

/** Typographic quotes are letters to Postgres. */
export function curlyQuotes(name: string): Lesson {
  return {
    sentence: `${name} is written with typographic quotes, which PostgreSQL reads as part of a name.`,
    hint: `Put text into straight single quotes: '${name.replace(/[‘’“”]/g, '')}'.`,
  }
}
