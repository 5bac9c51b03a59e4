/** Sentences for columns and tables that the database did not find, or found more than once. */
import { nearest } from './nearest.ts'
import type { Lesson } from './refusal.ts'
import type { Facts } from './state-lesson.ts'

/** Bare words of other dialects that Postgres takes for columns. */
const WORDS: Readonly<Record<string, string>> = {
  sysdate: 'Write now() or current_date.',
  systimestamp: 'Write now().',
  getdate: 'Write now().',
  rownum: 'Write LIMIT, or row_number() OVER (ORDER BY …).',
  rowid: 'Number rows with row_number() OVER (ORDER BY …).',
}
const UNITS = /^(millisecond|second|minute|hour|day|dow|week|month|quarter|year|decade)s?$/

/** 42703. */
export function unknownColumn(facts: Facts): Lesson {
  const name = facts.name?.at(-1)
  if (name === undefined)
    return { sentence: 'The query uses a column that does not exist.', hint: columnsOf(facts, facts.relations) }
  const sentence = `There is no column "${name}" ${facts.name?.length === 1 ? 'in the tables of this query' : `in "${facts.name?.at(-2)}"`}.`

  const word = WORDS[name]
  if (word !== undefined) return { sentence, hint: word }
  const before = facts.text.slice(0, facts.at).trimEnd()
  if (/[@$:]$/.test(before))
    return {
      sentence: 'The query has a variable, but no values come with it.',
      hint: "Write the value itself into the query, text in single quotes: WHERE status = 'completed'.",
    }
  const knownElsewhere = [...facts.columns.values()].some((columns) => columns.includes(name))
  if (UNITS.test(name) && /\(\s*$/.test(before))
    return { sentence, hint: `Put the unit into single quotes: date_trunc('${name}', order_date).` }
  const inDoubleQuotes = facts.at !== undefined && facts.text[facts.at] === '"'
  if (inDoubleQuotes && !knownElsewhere && facts.name?.length === 1) {
    return {
      sentence,
      hint: `Double quotes are for names. If it is a text, write it in single quotes: '${name.replaceAll("'", "''")}'.`,
    }
  }
  if (isAlias(facts, name))
    return {
      sentence,
      hint: `"${name}" is an alias of the select list; WHERE and HAVING cannot see it. Repeat the expression there, or filter in a query around this one.`,
    }
  return { sentence, hint: suggestColumn(facts, name) }
}

/** Where the column may be meant: the tables of the query first, then the others. */
function suggestColumn(facts: Facts, name: string): string {
  const near = nearest(
    name,
    facts.relations.flatMap((relation) => facts.columns.get(relation) ?? []),
  )
  const others = [...facts.columns]
    .filter(([table, columns]) => !facts.relations.includes(table) && columns.includes(name))
    .map(([table]) => table)
  if (others.length > 0 && !near.includes(name)) return `It is a column of ${others.join(' and ')}: join that table.`
  const guess = near.length === 0 ? '' : `Did you mean ${near.slice(0, 3).join(' or ')}? `
  return `${guess}${columnsOf(facts, facts.relations)}`
}

function columnsOf(facts: Facts, relations: readonly string[]): string {
  const lists = relations.flatMap((relation) => {
    const columns = facts.columns.get(relation)
    return columns === undefined ? [] : [`${relation} has ${columns.join(', ')}.`]
  })
  return lists.length === 0
    ? 'The tool get_multiple_table_schemas lists the columns of each table.'
    : lists.slice(0, 3).join(' ')
}

function isAlias({ text }: Facts, name: string): boolean {
  return [...text.matchAll(/\bas\s+("([^"]+)"|\w+)/gi)].some((match) => (match[2] ?? match[1]?.toLowerCase()) === name)
}

/** 42P01: unknown to this level of the query; tables in general were checked before. */
export function unknownTable(facts: Facts): Lesson {
  const name = facts.name?.length === 1 ? facts.name[0] : facts.name?.at(-2)
  const shown = name === undefined ? 'A table or alias' : `"${name}"`
  if (/missing FROM-clause|invalid reference/i.test(facts.message)) {
    return {
      sentence: `${shown} is used, but not in FROM at this place.`,
      hint: 'Add it to FROM or use the alias that it has there. A sub-query in FROM sees the tables before it only after LATERAL.',
    }
  }
  const near = name === undefined ? [] : nearest(name, [...facts.columns.keys(), ...facts.relations])
  return {
    sentence: `${shown} does not exist at this place.`,
    hint: `${near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `}A query in WITH can be used only below the WITH that names it.`,
  }
}

/** 42702. */
export function ambiguousColumn(facts: Facts): Lesson {
  const name = facts.name?.at(-1)
  if (name === undefined)
    return {
      sentence: 'A column name is in more than one table of the query.',
      hint: 'Write the table or its alias before it: o.store_id.',
    }
  const owners = facts.relations.filter((relation) => facts.columns.get(relation)?.includes(name))
  const where = owners.length > 1 ? `: ${owners.join(' and ')} have it` : ''
  return {
    sentence: `The column "${name}" is ambiguous${where}.`,
    hint: `Write the table or its alias before it, for example ${owners[0] ?? 'o'}.${name}.`,
  }
}

/** 42803, the usual case. */
export function missingGroupBy(facts: Facts): Lesson {
  const name = facts.name?.join('.')
  if (name === undefined)
    return {
      sentence: 'A selected column is neither grouped nor aggregated.',
      hint: 'Add it to GROUP BY, or use an aggregate such as sum, max or count.',
    }
  return {
    sentence: `The column "${name}" is neither grouped nor aggregated.`,
    hint: `Add ${name} to GROUP BY, or use an aggregate such as max(${name}).`,
  }
}
