/**
 * How large a regular expression becomes. Postgres writes out each repetition, and then works on squares: `((a{1,99}){1,99}){1,5}`,
 * twenty-two characters, asks for 2.4 GB, and smaller ones for what is left.
 */
import { type Fields, fieldsOf, functionName, listOf, namesOf, nodeOf, stringConstant, type TreeValue } from './tree.ts'

/** Characters of a pattern with its repetitions written out. */
export const LARGEST_PATTERN = 2000

/** Returns how many characters a pattern has once its repetitions are written out; no pattern is read wrongly as a small one. */
export function sizeOfPattern(pattern: string): number {
  // Sizes of the groups that are open, and of the last part of each: a repetition applies to that part.
  const sums = [0]
  const lasts = [0]
  const add = (size: number) => {
    sums.push((sums.pop() ?? 0) + size)
    lasts[lasts.length - 1] = size
  }
  for (const [part, , most] of pattern.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d+,)?(\d*)\}|[\s\S]/g)) {
    if (part === '(') {
      sums.push(0)
      lasts.push(0)
    } else if (part === ')' && sums.length > 1) {
      lasts.pop()
      add(sums.pop() ?? 0)
    } else if (/^\{\d/.test(part)) {
      const times = Math.max(1, Number(most ?? 0), Number.parseInt(part.slice(1), 10))
      const last = lasts.at(-1) ?? 0
      sums[sums.length - 1] = (sums.at(-1) ?? 0) + last * (times - 1)
      lasts[lasts.length - 1] = last * times
    } else add(1)
  }
  return sums.reduce((sum, size) => sum + size)
}

export const LARGE_PATTERN = {
  sentence: 'The repetitions of this regular expression make it very large.',
  hint: 'Repeat less often, or with + and *, and do not put repetitions into each other.',
}
export const COMPUTED_PATTERN = {
  sentence: 'This regular expression is computed, in a query that writes braces: how large it is cannot be told.',
  hint: "Write the pattern as a constant, or search with ILIKE '%' || word || '%'.",
}

/** Functions whose second argument is a regular expression; `substring` may have one. */
const TAKES_PATTERN =
  /^(regexp_(replace|match|matches|count|substr|like|instr|split_to_array|split_to_table)|substring)$/
/** Functions that bring a brace into a text that holds none. */
const BRINGS_BRACE = /^(chr|array_agg|(to_)?jsonb?(_\w+)?)$/
/** In a document a brace can be written as its number. */
const BRACE = /\{|\\u007b/i

/** What a statement does with regular expressions; `at` are places in bytes. */
export interface Patterns {
  /** A constant that would be a large one. */
  largeAt?: number
  /** Something that holds a brace, or writes one. */
  braceAt?: number
  /** A regular expression that is not written out. */
  computedAt?: number
  /** Any at all. */
  isUsed: boolean
}

/** Looks at one node for what it does with regular expressions. */
export function notePatterns(patterns: Patterns, type: string, fields: Fields, at: number): void {
  if (type === 'A_Const') {
    const text = stringConstant({ A_Const: fields }) ?? ''
    if (BRACE.test(text)) patterns.braceAt ??= at
    if (/\{\d/.test(text) && sizeOfPattern(text) > LARGEST_PATTERN + text.length) patterns.largeAt ??= at
  }
  const name = type === 'FuncCall' ? functionName(fields) : ''
  if (type === 'A_ArrayExpr' || type === 'RowExpr' || BRINGS_BRACE.test(name)) patterns.braceAt ??= at
  const pattern = patternIn(type, fields, name)
  if (pattern === undefined) return
  patterns.isUsed = true
  if (!isWritten(pattern) && !(name === 'substring' && isNumber(pattern))) patterns.computedAt ??= at
}

function patternIn(type: string, fields: Fields, name: string): TreeValue | undefined {
  if (name === 'similar_to_escape') return listOf(fields.args)[0]
  if (TAKES_PATTERN.test(name)) return listOf(fields.args)[1]
  const operator = type === 'A_Expr' ? fields.name : type === 'SubLink' ? fields.operName : undefined
  if (!/^!?~\*?$/.test(namesOf(operator).at(-1) ?? '') || fields.kind === 'AEXPR_SIMILAR') return undefined
  return type === 'SubLink' ? fields.subselect : fields.rexpr
}

/** What the second argument of `substring` is where it counts characters. */
const COUNTS = /^([-+*]|position|strpos|length|char_length)$/

function isNumber(value: TreeValue): boolean {
  const path = fieldsOf(value, 'A_Expr')?.name ?? fieldsOf(value, 'FuncCall')?.funcname
  return COUNTS.test(namesOf(path).at(-1) ?? '')
}

/** A constant, or a list of constants. */
function isWritten(pattern: TreeValue): boolean {
  const list = fieldsOf(pattern, 'A_ArrayExpr')
  if (list !== undefined) return listOf(list.elements).every(isWritten)
  const cast = fieldsOf(pattern, 'TypeCast')
  return cast?.arg === undefined ? nodeOf(pattern)?.type === 'A_Const' : isWritten(cast.arg)
}
