/** How a category file is written down: data as short tables, one product to a line, read once when the program starts. */

export interface CatalogueProduct {
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly priceCents: number
  readonly costCents: number
  /** The day (yyyy-mm-dd) it left the range, or null while it is sold. */
  readonly discontinuedOn: string | null
}

export interface CatalogueType {
  readonly name: string
  readonly code: string
  readonly marginPercent: number
  readonly products: readonly Omit<CatalogueProduct, 'sku' | 'costCents'>[]
}

export interface CatalogueCategory {
  readonly name: string
  readonly code: string
  /** Relative demand, January to December. */
  readonly season: readonly number[]
  /** How much of an average year's lines fall into it; relative to the other categories. */
  readonly share: number
  readonly types: readonly CatalogueType[]
}

const line =
  /^(?<name>[^|]+) \| (?<price>\d+\.\d\d) \| (?<description>[^|]+?)(?: \| discontinued (?<day>\d{4}-\d\d-\d\d))?$/

/**
 * Reads a product type from its table: `name | price | description [| discontinued yyyy-mm-dd]`, one product to a line.
 * Throws on a line it cannot read, because a product that silently goes missing would only show in the counts.
 */
export function productType(name: string, code: string, marginPercent: number, table: string): CatalogueType {
  const products = table
    .trim()
    .split('\n')
    .map((text) => {
      const cells = line.exec(text)?.groups
      if (cells?.name === undefined || cells.price === undefined || cells.description === undefined) {
        throw new Error(`unreadable catalogue line in ${name}: ${text}`)
      }
      return {
        name: cells.name,
        description: cells.description,
        priceCents: Number(cells.price.replace('.', '')),
        discontinuedOn: cells.day ?? null,
      }
    })
  return { name, code, marginPercent, products }
}
