/**
 * Sentences for texts that Postgres cannot read. Its own message names the spot, syntax-habits.ts knows the habit that
 * usually stands there.
 */
import type { Lesson } from './refusal.ts'
import { HABITS, MESSAGES } from './syntax-habits.ts'

/** Returns the lesson for a syntax error at a JavaScript offset. */
export function teachSyntax(message: string, text: string, at: number): Lesson {
  const known =
    MESSAGES.find(({ pattern }) => pattern.test(message)) ?? HABITS.find((habit) => covers(habit.pattern, text, at))
  if (known !== undefined) return { sentence: known.sentence, hint: known.hint }

  const atEnd = /end of input/.test(message)
  const spot = /at or near "([\s\S]*)"$/.exec(message)?.[1]
  // Quoted back only when it is the caller's own word: nothing else of the parser's message is shown.
  const sentence =
    spot !== undefined && text.includes(spot)
      ? `Syntax error at or near "${shorten(spot)}".`
      : atEnd
        ? 'Syntax error: the query ends too early.'
        : 'Syntax error.'
  return {
    sentence,
    hint:
      parentheses(text) ?? 'Write one PostgreSQL SELECT: SELECT … FROM … WHERE … GROUP BY … HAVING … ORDER BY … LIMIT.',
  }
}

/** How far around the spot a habit is looked for; it keeps hostile texts cheap. */
const WINDOW = { before: 500, after: 200 }

function covers(pattern: RegExp, text: string, at: number): boolean {
  const start = Math.max(0, at - WINDOW.before)
  if (start > 0 && pattern.source.startsWith('^')) return false
  for (const match of text.slice(start, at + WINDOW.after).matchAll(pattern)) {
    const from = start + match.index
    if (from <= at && at <= from + match[0].length) return true
  }
  return false
}

function shorten(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word
}

function parentheses(text: string): string | undefined {
  const plain = text.replace(/'(?:[^']|'')*'|"[^"]*"|--.*|\/\*[\s\S]*?\*\//g, '')
  const open = plain.split('(').length - plain.split(')').length
  if (open > 0) return 'A parenthesis is not closed: add the missing ).'
  return open < 0 ? 'There is a ) too many.' : undefined
}
