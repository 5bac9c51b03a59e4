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

/** Says how to find a product to somebody whose words mean none. */
export function noProduct(wanted: string): ValidationError {
  return new ValidationError(
    `No product has "${wanted.slice(0, 64)}" as its number, or these words in name, type and category.`,
    {
      field: 'product',
      constraint: 'a SKU, an id, or words of the names of products and their type',
      hint: 'Find the product by what it is for with semantic_search_products, then give its SKU.',
    },
  )
}
