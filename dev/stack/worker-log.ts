import { stripVTControlCharacters } from 'node:util'

/** Frames that wrangler puts around what the Worker logs as a warning or an error. */
const FRAME = /^\s*[▲✘]\s*\[(?:WARNING|ERROR)\]\s*(?=\{)/u

/**
 * Undoes the decoration of wrangler's output, so that every log line of the Worker is one line of JSON again. Returns a
 * function that takes pieces of output, cut anywhere, and hands whole lines to `write`.
 */
export function createLineCleaner(write: (line: string) => void): (piece: string) => void {
  let rest = ''
  return (piece) => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const clean = stripVTControlCharacters(line).replace(FRAME, '').trimEnd()
      if (clean !== '') write(`${clean}\n`)
    }
  }
}
