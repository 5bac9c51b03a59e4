/**
 * Where something stands in a caller's SQL. The parser's tree counts UTF-8 bytes, its errors and the database count
 * characters (code points), JavaScript counts UTF-16 units: everything is turned into a JavaScript offset here.
 */

/** A place in a text; line and column start at 1, columns count characters. */
export interface Place {
  readonly line: number
  readonly column: number
  /** The line and a caret under the place, cut to a readable width. */
  readonly excerpt: string
}

const encoder = new TextEncoder()
/** Keeps a byte order mark: to the parser it is a character like any other. */
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
const CONTEXT = { before: 80, after: 60 }

/** Turns a byte offset into a JavaScript offset. */
export function offsetOfByte(text: string, bytes: number): number {
  return sliceBytes(text, 0, bytes).length
}

/** Cuts a text at byte offsets; an absent end means its own. */
export function sliceBytes(text: string, start: number, end?: number): string {
  return decoder.decode(encoder.encode(text).subarray(start, end))
}

/** Turns a count of characters into a JavaScript offset. */
export function offsetOfCharacter(text: string, characters: number): number {
  let offset = 0
  for (const character of text) {
    if (characters-- <= 0) break
    offset += character.length
  }
  return offset
}

/** Describes the place at a JavaScript offset. */
export function placeAt(text: string, offset: number): Place {
  const at = Math.max(0, Math.min(offset, text.length))
  const before = text.slice(0, at).split('\n')
  const lead = [...(before.at(-1) ?? '')]
  const rest = [...(text.slice(at).split('\n', 1)[0] ?? '')]

  const shownLead = lead.length > CONTEXT.before ? ['…', ...lead.slice(-CONTEXT.before)] : lead
  const shownRest = rest.length > CONTEXT.after ? [...rest.slice(0, CONTEXT.after), '…'] : rest
  // Tabs stay tabs, so that the caret stands under its character wherever the lines are shown.
  const indent = shownLead.map((character) => (character === '\t' ? '\t' : ' ')).join('')
  const line = [...shownLead, ...shownRest].join('').replace(/\r$/, '')

  return { line: before.length, column: lead.length + 1, excerpt: `${line}\n${indent}^` }
}

/** Adds the place to a sentence: "…\nline 1, column 8:\n<excerpt>". */
export function withPlace(sentence: string, place: Place): string {
  return `${sentence}\nline ${place.line}, column ${place.column}:\n${place.excerpt}`
}
