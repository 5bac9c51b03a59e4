/** A statement with bound values; made by the tag `query`, so that a value can never become text. */
export interface Query {
  readonly text: string
  readonly values: readonly unknown[]
}

/** What the tag has made; nothing else can pass for a part of a statement. */
const made = new WeakSet<object>()

/** Tag for statements: every `${value}` becomes a bound parameter, every `${query}` a part of the text with its own values. */
export function query(parts: TemplateStringsArray, ...inserted: readonly unknown[]): Query {
  const values: unknown[] = []
  const text = parts.reduce((before, part, i) => {
    const one = inserted[i - 1]
    if (!isPart(one)) return `${before}$${values.push(one)}${part}`
    const offset = values.length
    values.push(...one.values)
    return before + one.text.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + offset}`) + part
  })
  const statement: Query = { text, values }
  made.add(statement)
  return statement
}

function isPart(value: unknown): value is Query {
  return typeof value === 'object' && value !== null && made.has(value)
}

/** A statement whose text was checked and wrapped by the SQL guard; it has no parameters. */
export function checkedQuery(text: string): Query {
  return { text, values: [] }
}

/** The rows of one statement, as the database sent them: text, or null. */
export interface RawResult {
  readonly columns: readonly { readonly name: string; readonly typeId: number }[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** Makes a part of a statement out of a name of ours: a column, an alias. Throws for anything but a plain lower-case name. */
export function nameOf(text: string): Query {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(text)) throw new Error(`${text} is not a plain name`)
  const part: Query = { text, values: [] }
  made.add(part)
  return part
}

/** Puts parts one after the other, a comma between them. */
export function listOf(parts: readonly Query[]): Query {
  return parts.reduce((all, part, i) => (i === 0 ? part : query`${all}, ${part}`), query``)
}
