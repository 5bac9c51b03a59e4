/** Sentences for functions that are allowed, but not in this way. */
import { LIMITS } from './lists.ts'
import type { Lesson } from './refusal.ts'

/** A function in FROM that does not return rows. */
export function notRows(name: string): Lesson {
  return {
    sentence: `${name || 'This expression'} does not make rows and cannot stand in FROM.`,
    hint: `Call it in the select list: SELECT ${name || 'f'}(…). In FROM stand tables, sub-queries, generate_series, unnest and jsonb_array_elements.`,
  }
}

/** WITHIN GROUP after an aggregate that takes its order inside. */
export function withinGroup(name: string): Lesson {
  return {
    sentence: `${name} does not take WITHIN GROUP in PostgreSQL.`,
    hint: `Put the order inside: ${name}(${name === 'string_agg' ? "value, ', '" : 'value'} ORDER BY value).`,
  }
}

/** A percentile as a window function. */
export function orderedOver(name: string): Lesson {
  return {
    sentence: `${name} … WITHIN GROUP cannot be used with OVER in PostgreSQL.`,
    hint: 'Compute it per group in a sub-query with GROUP BY and join to that.',
  }
}

/** DISTINCT in a window function. */
export function distinctOver(name: string): Lesson {
  return {
    sentence: `${name}(DISTINCT …) cannot be used with OVER in PostgreSQL.`,
    hint: 'Count distinct values per group in a sub-query with GROUP BY and join to that, or use dense_rank().',
  }
}

/** `name => value`. */
export function namedArguments(name: string): Lesson {
  return {
    sentence: `${name} does not take named arguments here.`,
    hint: 'Write the arguments in order. Only make_interval, make_date and their kin take names: make_interval(days => 30).',
  }
}

/** A pad or repetition of unknown length. */
export function padLength(name: string): Lesson {
  return {
    sentence: `${name} needs a constant length of at most ${LIMITS.pad} here.`,
    hint: `Write the number itself, or bound it: ${name}(${name === 'repeat' ? "'#'" : 'value'}, least(n, 50)).`,
  }
}

/** CURRENT_USER and other keywords that stand for values. */
export function valueKeyword(op: string): Lesson {
  const name = op.replace('SVFOP_', '').toLowerCase()
  return {
    sentence: `${name} is not available: it names the service's own login, not you.`,
    hint: 'Rows are already limited to your stores; select store_name from stores to see which they are.',
  }
}
