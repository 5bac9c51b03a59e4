/** What a search by words asks the catalogue for. */
export interface SearchWords {
  /** In lower case, in order. */
  readonly words: readonly string[]
  /** Beginnings of part numbers, in capitals, letters and digits only. */
  readonly partNumbers: readonly string[]
}

const MAX_WORDS = 40
const MAX_PART_NUMBERS = 5
/** Asking is not what is asked for; Postgres' own stop words ("the", "for") go in the database. */
const ASKING = new Set(
  'sell sells selling have carry stock find looking look need needs want something anything stuff thing things buy get please show good best use used using product products item items store'.split(
    ' ',
  ),
)

/** Takes a shopper's description apart. A part number has a digit, four characters or more, and maybe dashes or dots in it. */
export function readSearchWords(text: string): SearchWords {
  // 2x4 and 9 x 12 are two measures each; the catalogue writes them apart.
  const measures = text.toLowerCase().replace(/(\d)\s*[x×]\s*(?=\d)/g, '$1 ')
  const words = measures.match(/\d+(?:[./]\d+)+|[\p{L}\d]+/gu) ?? []
  const wanted = words.filter((word) => !ASKING.has(word) && (word.length > 1 || !/^[a-z]$/.test(word)))
  const parts = (text.toUpperCase().match(/[\p{L}\d]+(?:[-._][\p{L}\d]+)*/gu) ?? [])
    .filter((part) => /\d/.test(part))
    .map((part) => part.replace(/[^\p{L}\d]/gu, ''))
    .filter((part) => part.length > 3 && part.length <= 64)
  return {
    words: (wanted.length > 0 ? wanted : words).slice(0, MAX_WORDS),
    partNumbers: [...new Set(parts)].slice(0, MAX_PART_NUMBERS),
  }
}
