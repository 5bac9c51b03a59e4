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
  if (UNITS.test(name) && /\bdate_(trunc|part)\s*\([^()]*,$/i.test(before))
    return { sentence, hint: `The unit comes first, in single quotes: date_trunc('${name}', order_date).` }
  const inDoubleQuotes = facts.at !== undefined && /^(\w+\s*\.\s*)*"/.test(facts.text.slice(facts.at))
  if (inDoubleQuotes && !knownElsewhere) {
    const plain = inPlainLetters(facts, name)
    if (plain !== undefined) return { sentence, hint: `Names are in lower case here: write ${plain}, without quotes.` }
    if (facts.name?.length === 1) return { sentence, hint: `Double quotes are for names. ${inSingleQuotes(name)}` }
  }
  if (isAlias(facts, name))
    return {
      sentence,
      hint: `"${name}" is an alias of the select list, which only ORDER BY and GROUP BY can see. Repeat the expression, or compute it in a sub-query in FROM and use it outside.`,
    }
  const isCompared = facts.name?.length === 1 && /(=|<>|!=|\blike|\bilike|\bin\s*\(|\bin\s*\(.*,)$/i.test(before)
  const columns = suggestColumn(facts, name)
  return { sentence, hint: isCompared && !columns.startsWith('Did') ? `${inSingleQuotes(name)} ${columns}` : columns }
}

function inSingleQuotes(name: string): string {
  return `If it is a text, write it in single quotes: '${name.replaceAll("'", "''")}'.`
}

/** A column that was written with capitals, or without its underscores. */
function inPlainLetters({ columns, relations }: Facts, name: string): string | undefined {
  const squeezed = (text: string) => text.toLowerCase().replaceAll(/[_ ]/g, '')
  const tables = [...relations, ...columns.keys()]
  return tables.flatMap((table) => columns.get(table) ?? []).find((column) => squeezed(column) === squeezed(name))
}

/** Words that follow a table in FROM and are no alias of it. */
const NO_ALIAS =
  /^(on|using|where|join|left|right|inner|full|cross|natural|group|order|limit|having|union|intersect|except|window|offset|fetch)$/i

/** What the tables of the query are called in it: alias (or name) → table. */
function aliasesIn({ text, relations }: Facts): ReadonlyMap<string, string> {
  const named = relations.flatMap((relation) =>
    [
      ...text.matchAll(new RegExp(`(?<![\\w.])(?:retail\\.)?${relation}\\b(?!\\.)(?:\\s+(?:as\\s+)?(\\w+))?`, 'gi')),
    ].map(
      ([, alias]) => [alias === undefined || NO_ALIAS.test(alias) ? relation : alias.toLowerCase(), relation] as const,
    ),
  )
  return new Map(named)
}

/** Where the column may be meant: the tables of the query first, then the others. */
function suggestColumn(facts: Facts, name: string): string {
  // `s.id` can only be a column of what s stands for.
  const table = facts.name?.length === 1 ? undefined : aliasesIn(facts).get(facts.name?.at(-2) ?? '')
  const relations = table === undefined ? facts.relations : [table]
  const own = relations.flatMap((relation) => facts.columns.get(relation) ?? [])
  const full = `${(table ?? '').replace(/(ie)?s$/, (end) => (end === 'ies' ? 'y' : ''))}_${name}`
  const near = own.includes(full) ? [full] : nearest(name, own)
  const others = [...facts.columns]
    .filter(([table, columns]) => !facts.relations.includes(table) && columns.includes(name))
    .map(([table]) => table)
  if (others.length > 0 && !near.includes(name)) return `It is a column of ${others.join(' and ')}: join that table.`
  const guess = near.length === 0 ? elsewhere(facts, name) : `Did you mean ${near.slice(0, 3).join(' or ')}? `
  return `${guess}${columnsOf(facts, relations)}`
}

/** The most alike column of a table that the query does not read. */
function elsewhere(facts: Facts, name: string): string {
  const others = [...facts.columns].filter(([table]) => !facts.relations.includes(table))
  const [near] = nearest(
    name,
    others.flatMap(([, columns]) => columns),
  )
  const table = others.find(([, columns]) => columns.includes(near ?? ''))?.[0]
  return table === undefined ? '' : `Did you mean ${near} of ${table}? Join that table. `
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
    hint: `Write the table or its alias before it, for example ${aliasOf(facts, owners[0]) ?? 'o'}.${name}.`,
  }
}

function aliasOf(facts: Facts, table: string | undefined): string | undefined {
  return [...aliasesIn(facts)].find(([, relation]) => relation === table)?.[0]
}

/** 42803, the usual case. */
export function missingGroupBy(facts: Facts): Lesson {
  const name = facts.name?.join('.')
  if (name === undefined)
    return {
      sentence: 'A selected column is neither grouped nor aggregated.',
      hint: 'Add it to GROUP BY, or use an aggregate such as sum, max or count.',
    }
  const grouped = /\bgroup\s+by\b([\s\S]*)/i.exec(facts.text)?.[1] ?? ''
  if (new RegExp(`\\(\\s*[^()]*\\b${facts.name?.at(-1)?.replace(/\W/g, '.')}\\b`, 'i').test(grouped))
    return {
      sentence: `The column "${name}" is grouped by in another form than it is selected.`,
      hint: 'Select the very expression that GROUP BY has, or write its position: GROUP BY 1.',
    }
  return {
    sentence: `The column "${name}" is neither grouped nor aggregated.`,
    hint: `Add ${name} to GROUP BY, or use an aggregate such as max(${name}).`,
  }
}
