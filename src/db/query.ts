/** A statement with bound values; made by the tag `query`, so that a value can never become text. */
export interface Query {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Tag for statements: every `${value}` becomes a bound parameter. */
export function query(parts: TemplateStringsArray, ...values: readonly unknown[]): Query {
  return { text: parts.reduce((text, part, i) => `${text}$${i}${part}`), values }
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
