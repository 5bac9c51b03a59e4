/** Sentences for statements that are too large for a quick and safe check. */
import { LIMITS } from './lists.ts'
import type { Lesson } from './refusal.ts'

/** Which bound was passed. */
export type SizeLimit = keyof typeof LIMITS

const LESSONS: Partial<Readonly<Record<SizeLimit, Lesson>>> = {
  bytes: {
    sentence: `The query is longer than ${LIMITS.bytes} bytes.`,
    hint: 'Ask for less at once: join to a table or use a range instead of listing many values.',
  },
  nodes: {
    sentence: `The query has more than ${LIMITS.nodes} parts.`,
    hint: 'Ask for less at once: join to a table or use a range instead of listing many values.',
  },
  depth: {
    sentence: `The query is nested more than ${LIMITS.depth} levels deep here.`,
    hint: 'Flatten it: move sub-queries into WITH, and write long sums or alternatives as IN (…) or = ANY (array[…]).',
  },
  relations: {
    sentence: `The query mentions more than ${LIMITS.relations} tables.`,
    hint: 'Split it into several questions, or compute a part once in WITH and join to that.',
  },
  withQueries: {
    sentence: `The query has more than ${LIMITS.withQueries} queries in WITH.`,
    hint: 'Merge some of them, or split the question.',
  },
  outputColumns: {
    sentence: `The query returns more than ${LIMITS.outputColumns} columns.`,
    hint: 'Select only the columns that the answer needs.',
  },
  commentOpenings: {
    sentence: `The query has more than ${LIMITS.commentOpenings} comments.`,
    hint: 'Leave the comments out.',
  },
  groupingSets: {
    sentence: `GROUP BY asks for more than ${LIMITS.groupingSets} grouping sets.`,
    hint: 'Use fewer columns in CUBE or ROLLUP, or name the sets you need with GROUPING SETS ((a), (a, b), ()).',
  },
}

/** Returns the lesson for a bound. */
export function tooBig(limit: SizeLimit): Lesson {
  return LESSONS[limit] ?? { sentence: 'The query is too large.', hint: 'Ask for less at once.' }
}
