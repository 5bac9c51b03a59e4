/** What stands for a product in a search by meaning. Rule of this file: a changed text is a changed hash, and is embedded anew. */

/** Length of every embedding, as the database's column has it. */
export const DIMENSIONS = 1536

/** What of a product goes into its embedding. */
export interface DescribedProduct {
  readonly name: string
  readonly type: string
  readonly category: string
  readonly description: string
}

/** Returns the text of a product that is embedded: name, type, category and description, a line each. */
export function embeddingText({ name, type, category, description }: DescribedProduct): string {
  return `${name}\n${type}\n${category}\n${description}`
}

/** Returns the SHA-256 of a text as 64 hexadecimal digits. */
export async function contentHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Writes an embedding as pgvector reads it; seven digits are more than a 32-bit float's meaning. */
export function vectorLiteral(vector: ArrayLike<number>): string {
  return `[${Array.from(vector, (x) => (x === 0 ? '0' : x.toPrecision(7))).join(',')}]`
}
