/** A field as it stands in CSV text: what it says, and whether it was quoted. */
export interface Field {
  readonly text: string
  readonly isQuoted: boolean
}

/**
 * Reads CSV by the letter of RFC 4180 and knows nothing of how ours is written: a state machine over characters. Lines may
 * end in LF alone. Throws on a quote that stands where none may.
 */
export function parseCsv(csv: string): Field[][] {
  const records: Field[][] = [[]]
  let at = 0
  for (;;) {
    const field = csv[at] === '"' ? quoted(csv, at) : bare(csv, at)
    records.at(-1)?.push({ text: field.text, isQuoted: csv[at] === '"' })
    at = field.end
    if (at >= csv.length) return records
    if (csv[at] === ',') at += 1
    else if (csv.startsWith('\r\n', at)) at = nextRecord(records, at + 2)
    else if (csv[at] === '\n') at = nextRecord(records, at + 1)
    else throw new Error(`a quoted field goes on after its end, at ${at}`)
  }
}

function nextRecord(records: Field[][], at: number): number {
  records.push([])
  return at
}

function quoted(csv: string, start: number): { text: string; end: number } {
  let text = ''
  for (let at = start + 1; at < csv.length; at += 1) {
    if (csv[at] !== '"') text += csv[at]
    else if (csv[at + 1] === '"') {
      text += '"'
      at += 1
    } else return { text, end: at + 1 }
  }
  throw new Error('a quoted field never ends')
}

function bare(csv: string, start: number): { text: string; end: number } {
  let end = start
  while (end < csv.length && csv[end] !== ',' && csv[end] !== '\n' && !csv.startsWith('\r\n', end)) {
    if (csv[end] === '"') throw new Error(`a quote inside of a bare field, at ${end}`)
    end += 1
  }
  return { text: csv.slice(start, end), end }
}
