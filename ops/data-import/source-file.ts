import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Parser, parse } from 'csv-parse'
import { AdvisedError } from '../terminal/advised-error.ts'

/** A line of a file, by its number as an editor counts; fields as they stand there. */
export interface SourceLine {
  readonly line: number
  readonly fields: readonly string[]
}

export interface SourceOptions {
  /** As TextDecoder names it; `utf-8` unless told. */
  readonly encoding: string
}

/** How far a reading is, in bytes of the file as it lies on the disk. */
export type OnRead = (bytesRead: number, bytesInAll: number) => void

/** A record that long is no line of a table but a quotation mark that never closes. */
const LONGEST_LINE = 64 * 1024
/** Few enough to be gone before the garbage collector moves them about, which took as long as all the rest. */
const BATCH = 250

/**
 * Reads a CSV file (or `.csv.gz`): byte-order mark, `\r\n`, quoted fields, comma, semicolon or tab. Yields the heading first,
 * then batches of lines. Throws `AdvisedError` for what cannot be read to its end.
 */
export async function* readLines(
  path: string,
  { encoding }: SourceOptions,
  onRead: OnRead = () => {},
): AsyncGenerator<readonly SourceLine[]> {
  const { size } = await stat(path)
  let batch: SourceLine[] = []
  const parser: Parser = parse({
    bom: true,
    delimiter: await findDelimiter(path, encoding),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_LINE,
    // Handed on in batches: a stream of single lines takes as long for handing them on as for reading them.
    on_record: (fields: string[], { lines }) => {
      batch.push({ line: lines, fields })
      if (batch.length === BATCH) {
        parser.push(batch)
        batch = []
      }
      return null
    },
  })
  let read = 0
  const raw = createReadStream(path)
  raw.on('data', (chunk) => {
    read += chunk.length
    onRead(read, size)
  })
  const steps = [raw, ...(path.endsWith('.gz') ? [createGunzip()] : []), decoder(encoding), parser]
  const flowing = pipeline(steps)
  // Its failure reaches us through the parser, which it destroys.
  flowing.catch(() => {})
  try {
    for await (const full of parser as AsyncIterable<SourceLine[]>) yield full
    await flowing
  } catch (error) {
    throw unreadable(path, error)
  }
  if (batch.length > 0) yield batch
}

/** Returns the names of a file's columns as they stand there; none when the file is empty. Throws like `readLines`. */
export async function readHeading(path: string, options: SourceOptions): Promise<readonly string[]> {
  for await (const [heading] of readLines(path, options)) return heading?.fields ?? []
  return []
}

/** The heading tells by what fields are separated: whichever of the three stands there most often, outside of quotes. */
async function findDelimiter(path: string, encoding: string): Promise<string> {
  const raw = createReadStream(path)
  const text = path.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  const failed = new Promise<never>((_, reject) => {
    for (const stream of [raw, text]) stream.once('error', reject)
  })
  // What is wrong with the file shows when it is read; here it must only not be lost.
  failed.catch(() => {})
  const reader = text[Symbol.asyncIterator]()
  const first = (await Promise.race([reader.next(), failed]).catch(() => undefined)) as
    | IteratorResult<Buffer>
    | undefined
  raw.destroy()
  text.destroy()
  const decoded = new TextDecoder(encoding).decode(first?.value ?? new Uint8Array())
  const [heading = ''] = decoded.replaceAll(/"[^"]*"/g, '').split(/\r?\n/, 1)
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: heading.split(mark).length }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function decoder(encoding: string): Transform {
  const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, text.decode(chunk, { stream: true }))
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        done(null, text.decode())
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

function unreadable(path: string, error: unknown): unknown {
  const name = basename(path)
  const code = (error as { code?: string }).code ?? ''
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new AdvisedError(
      `${name} is not in the encoding that was expected; nothing of it was loaded.`,
      'Say which it is, for example --encoding windows-1252',
      { cause: error },
    )
  }
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return new AdvisedError(
      `${name} has a line of more than ${LONGEST_LINE / 1024} KiB; nothing of it was loaded.`,
      'Most likely a quotation mark is opened and never closed.',
      { cause: error },
    )
  }
  if (/^(Z_|CSV_)|unexpected end of file|incorrect header check/.test(`${code}${(error as Error).message}`)) {
    return new AdvisedError(
      `${name} is damaged and cannot be read to its end; nothing of it was loaded.`,
      'Export it again.',
      {
        cause: error,
      },
    )
  }
  return error
}
