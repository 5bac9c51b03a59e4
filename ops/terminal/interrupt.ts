const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP']
const LOOK_EVERY_MS = 250

export interface Interrupt {
  readonly signal: AbortSignal
  /** Settles at the first Ctrl-C or request to end. */
  readonly happened: Promise<undefined>
}

/**
 * Takes Ctrl-C and requests to end into our own hands. Later ones change nothing: npm passes on what the terminal has
 * sent already, so that one Ctrl-C may come twice.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  listenForEnd(() => {
    controller.abort(new Error('interrupted'))
    resolve(undefined)
  })
  return { signal: controller.signal, happened: promise }
}

/** Tells of every signal that asks the program to end; without a name when it was npm that ended. */
export function listenForEnd(onSignal: (name?: NodeJS.Signals) => void): void {
  for (const name of SIGNALS) process.on(name, () => onSignal(name))
  if (process.env.npm_lifecycle_event !== undefined) watchParent(onSignal)
}

/**
 * npm starts scripts through a shell, which passes no SIGTERM on: when npm is asked to end, the shell ends and the script
 * would live on unseen. Only under npm: elsewhere a script may be meant to outlive its parent.
 */
function watchParent(onGone: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onGone()
  }, LOOK_EVERY_MS)
  timer.unref()
}
