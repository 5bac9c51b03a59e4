/**
 * How the meaning of a statement moves with the clock. An answer may be kept for some minutes, but not one that tells the
 * moment: `select now()` of five minutes ago is wrong. What tells the day may be kept until the day ends.
 */
import { type Fields, isFields, listOf, namesOf, type TreeValue, textOf } from './tree.ts'

const MOMENT_FUNCTIONS = /^(now|transaction_timestamp|statement_timestamp)$/
/** Postgres reads these words as dates, wherever they stand in a constant. */
const CLOCK_WORDS = /\b(now|today|tomorrow|yesterday)\b/i

/** Returns `day` or `moment` for a statement that reads the clock, else undefined. Looks at every node, on a stack of its own. */
export function clockOf(select: Fields): 'day' | 'moment' | undefined {
  let found: 'day' | undefined
  const stack: TreeValue[] = [select]
  while (stack.length > 0) {
    const value = stack.pop()
    if (Array.isArray(value)) stack.push(...value)
    if (!isFields(value)) continue
    for (const [name, child] of Object.entries(value)) {
      const reads = isFields(child) ? readsClock(name, child) : undefined
      if (reads === 'moment') return reads
      found ??= reads
      if (child !== undefined) stack.push(child)
    }
  }
  return found
}

function readsClock(type: string, fields: Fields): 'day' | 'moment' | undefined {
  if (type === 'SQLValueFunction') return textOf(fields.op) === 'SVFOP_CURRENT_DATE' ? 'day' : 'moment'
  if (type === 'sval') return CLOCK_WORDS.test(textOf(fields.sval)) ? 'moment' : undefined
  if (type !== 'FuncCall') return undefined
  const name = namesOf(fields.funcname).at(-1) ?? ''
  if (MOMENT_FUNCTIONS.test(name)) return 'moment'
  // With one argument it counts from today.
  return name === 'age' && listOf(fields.args).length === 1 ? 'day' : undefined
}
