import { ValidationError } from '../errors.ts'
import { nearest } from '../sql-guard/nearest.ts'

/** Says which categories there are to somebody who named another. */
export function noCategory(wanted: string, known: readonly string[]): ValidationError {
  const [near] = nearest(wanted, known)
  return new ValidationError(`There is no category "${wanted.slice(0, 64)}".`, {
    field: 'category',
    constraint: `one of: ${known.join(', ')}`,
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}The categories are ${known.join(', ')}.`,
  })
}
