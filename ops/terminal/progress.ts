/** The part of an output stream that progress needs. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** One piece of work that is under way. */
export interface Step {
  /** `done` of `total` things; a share never goes back, even when the total turns out larger. */
  update(done: number, total: number): void
  /** Ends the step with what came of it. */
  end(outcome: string): void
}

const BAR_WIDTH = 24
const LABEL_WIDTH = 10
const REDRAW_MS = 80
/** Where no bar can be drawn, a line at each quarter is enough. */
const QUARTER = 25
/** What takes less needs no lines about how far it is. */
const WORTH_TELLING_MS = 1_500
const ERASE_LINE = '\r\u001b[2K'

/**
 * Shows steps one after another: a bar that is redrawn in place on a terminal, plain lines elsewhere. `now` is in
 * milliseconds.
 */
export function createProgress(stream: ProgressStream, now: () => number = Date.now) {
  let open: string | undefined

  /** Puts a line above whatever is being drawn. */
  function line(text: string): void {
    stream.write(`${open === undefined ? '' : ERASE_LINE}${text}\n${open ?? ''}`)
  }

  function draw(text: string): void {
    open = text
    stream.write(ERASE_LINE + text)
  }

  function step(label: string, unit = ''): Step {
    let share = 0
    let lastDraw = Number.NEGATIVE_INFINITY
    let lastQuarter = 0
    const started = now()
    const isTerminal = stream.isTTY === true
    if (isTerminal) draw(`${label.padEnd(LABEL_WIDTH)} …`)
    return {
      update(done, total) {
        share = Math.max(share, total > 0 ? Math.min(1, done / total) : 0)
        if (isTerminal) {
          if (now() - lastDraw < REDRAW_MS) return
          lastDraw = now()
          const count = `${grouped(done)}${unit === '' ? '' : ` ${unit}`}`
          draw(shorten(`${label.padEnd(LABEL_WIDTH)} ${bar(share)} ${percent(share)}  ${count}`, stream.columns))
          return
        }
        const quarter = Math.floor((share * 100) / QUARTER)
        if (quarter > lastQuarter && quarter * QUARTER < 100 && now() - started > WORTH_TELLING_MS) {
          line(`${label.padEnd(LABEL_WIDTH)} ${quarter * QUARTER} %`)
        }
        lastQuarter = Math.max(lastQuarter, quarter)
      },
      end(outcome) {
        if (open !== undefined) stream.write(ERASE_LINE)
        open = undefined
        line(`${label.padEnd(LABEL_WIDTH)} ${outcome}`)
      },
    }
  }

  /** Takes an unfinished bar off the screen, so that the next text starts on a clean line. */
  function clear(): void {
    if (open !== undefined) stream.write(ERASE_LINE)
    open = undefined
  }

  return { step, line, clear }
}

export type Progress = ReturnType<typeof createProgress>

/** Writes a whole number in groups of three: 1,234,567. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Writes the time since a moment of `performance.now()`: "2.9 s". */
export function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}

function bar(share: number): string {
  const filled = Math.round(share * BAR_WIDTH)
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`.padStart(5)
}

/** A line that wraps cannot be erased with one command. */
function shorten(text: string, columns = 80): string {
  return text.length < columns ? text : text.slice(0, Math.max(0, columns - 1))
}
