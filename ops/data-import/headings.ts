import { basename } from 'node:path'
import { AdvisedError } from '../terminal/advised-error.ts'
import { type Field, plainHeading } from './fields.ts'

/** Names of columns in the user's files, by our names. */
export type Mapping = Readonly<Record<string, string>>

/**
 * Finds for each of our fields the column of the file that holds it: by the mapping, by our own name, or by a usual heading.
 * Returns positions by field name. Throws `AdvisedError` that lists what is missing and what there is.
 */
export function findColumns(
  file: string,
  headings: readonly string[],
  fields: readonly Field[],
  mapping: Mapping,
): ReadonlyMap<string, number> {
  const plain = headings.map(plainHeading)
  const found = new Map<string, number>()
  for (const { name, also } of fields) {
    const wanted = mapping[name]
    const names = wanted === undefined ? [name, ...also] : [wanted]
    const at = names.map((one) => plain.indexOf(plainHeading(one))).find((index) => index >= 0)
    if (at !== undefined && plain.indexOf(plain[at] ?? '', at + 1) >= 0) throw repeated(file, headings[at] ?? '')
    if (at !== undefined) found.set(name, at)
    else if (wanted !== undefined) throw missing(file, [wanted], headings)
  }
  const lacking = fields.filter(({ name, isRequired }) => isRequired && !found.has(name)).map(({ name }) => name)
  if (lacking.length > 0) throw missing(file, lacking, headings)
  return found
}

function repeated(file: string, heading: string): AdvisedError {
  return new AdvisedError(
    `${basename(file)} has two columns called ${heading.slice(0, 100)}: which of them counts cannot be told.`,
    'Give one of them another name.',
  )
}

function missing(file: string, names: readonly string[], headings: readonly string[]): AdvisedError {
  return new AdvisedError(
    `${basename(file)} has no column for ${names.join(', ')}; its columns are ${headings.join(', ').slice(0, 500)}.`,
    'Say which column is which in a mapping file: --mapping mapping.json with {"order_id": "Invoice No", …}',
  )
}
