import { AdvisedError } from './advised-error.ts'
import { listenForEnd } from './interrupt.ts'

/** npm passes on what the terminal has sent already, so that one Ctrl-C may come twice at once; a second one by hand takes longer. */
const ONE_WISH_MS = 700
/** What a shell tells of a program that a signal has ended: 128 and the signal's number. */
const CODES: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 }

/** The operator wants no more of it. */
export class StoppedError extends AdvisedError {
  readonly exitCode: number

  constructor(message: string, advice: string, exitCode = 130) {
    super(message, advice)
    this.name = 'StoppedError'
    this.exitCode = exitCode
  }
}

/** The operator's wish to stop, for work that must not be left half done. */
export interface Stop {
  /** Aborted, with a `StoppedError`, by the first Ctrl-C or request to end; not while something is done undisturbed. */
  readonly signal: AbortSignal
  /** Does what has to be done whatever was wished, for example taking back what was half done. */
  undisturbed<T>(work: () => Promise<T>): Promise<T>
  /** What is said before a second Ctrl-C ends the program at once. */
  whenForced(lines: () => readonly string[]): void
}

/** Takes Ctrl-C and requests to end into our own hands. */
export function onStop(): Stop {
  const { stop, wish } = makeStop(console.error, process.exit)
  listenForEnd((name) => wish({ code: (name && CODES[name]) ?? 143, isAsked: name !== undefined }))
  // The terminal may be gone, and what is taken back must not fail for want of somebody to tell.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return stop
}

export interface Wish {
  readonly code: number
  /** False when nobody asked but npm ended: that is no second wish. */
  readonly isAsked: boolean
}

/**
 * The first wish stops what can be stopped and leaves time to take things back; a second one ends the program at once and says
 * what is left.
 */
export function makeStop(
  say: (line: string) => void,
  exit: (code: number) => void,
): { readonly stop: Stop; readonly wish: (wish: Wish) => void } {
  const controller = new AbortController()
  const nobody = new AbortController().signal
  let signal = controller.signal
  let lines: () => readonly string[] = () => []
  let wishedAt: number | undefined

  function wish({ code, isAsked }: Wish): void {
    if (wishedAt === undefined) {
      wishedAt = performance.now()
      say('\nStopping: what is half done is brought to an end or taken back. Ctrl-C once more ends at once.')
      controller.abort(new StoppedError('It was stopped.', 'Run it again to go on.', code))
      return
    }
    if (!isAsked || performance.now() - wishedAt < ONE_WISH_MS) return
    for (const line of ['\nEnded at once.', ...lines()]) say(line)
    exit(code)
  }

  const stop: Stop = {
    get signal() {
      return signal
    },
    async undisturbed(work) {
      signal = nobody
      try {
        return await work()
      } finally {
        signal = controller.signal
      }
    },
    whenForced(next) {
      lines = next
    },
  }
  return { stop, wish }
}
