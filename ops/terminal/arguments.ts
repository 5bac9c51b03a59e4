import { parseArgs } from 'node:util'

/** The command line is not understood; the message is a finished sentence. */
export class ArgumentError extends Error {}

/** An option of a script: what its value looks like, or that it has none, and what it is for. */
export interface OptionSpec {
  /** Shown in the help, for example `<folder>`; absent for a switch. */
  readonly value?: string
  readonly help: string
}

export interface ParsedArguments {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly switches: ReadonlySet<string>
  readonly words: readonly string[]
}

/** Reads a command line. Throws `ArgumentError` that names the option and lists those there are. */
export function parseArguments(
  args: readonly string[],
  specs: Readonly<Record<string, OptionSpec>>,
  { maxWords = 0 }: { maxWords?: number } = {},
): ParsedArguments {
  const known = Object.keys(specs).map((name) => `--${name}`)
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' } as const]),
  )
  const dashed = new Map<string, string>()
  const readable = args.map((arg, i) => {
    // No option has a single dash, and an id may begin with one; Node would read each of its letters as an option.
    if (!/^-[^-]/.test(arg) || isTaken(args[i - 1], specs)) return arg
    const standIn = `word ${i}`
    dashed.set(standIn, arg)
    return standIn
  })
  const { tokens } = parseArgs({ args: readable, options, strict: false, allowPositionals: true, tokens: true })
  const values: Record<string, string> = {}
  const switches = new Set<string>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(dashed.get(token.value) ?? token.value)
    if (token.kind !== 'option') continue
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
    if (spec === undefined)
      throw new ArgumentError(`There is no option ${token.rawName}; there are ${known.join(', ')}.`)
    if (spec.value === undefined) {
      if (token.value !== undefined) throw new ArgumentError(`${token.rawName} takes no value.`)
      switches.add(token.name)
    } else {
      if (token.value === undefined || token.value === '')
        throw new ArgumentError(`${token.rawName} needs a value: ${token.rawName} ${spec.value}`)
      values[token.name] = token.value
    }
  }
  if (words.length > maxWords)
    throw new ArgumentError(`"${words[maxWords]}" is not understood; there are ${known.join(', ')}.`)
  return { values, switches, words }
}

/** Whether what follows an argument is its value. */
function isTaken(before: string | undefined, specs: Readonly<Record<string, OptionSpec>>): boolean {
  const name = before?.startsWith('--') ? before.slice(2) : ''
  return Object.hasOwn(specs, name) && specs[name]?.value !== undefined
}

/** Writes the help of a script. */
export function helpText(usage: string, specs: Readonly<Record<string, OptionSpec>>): string {
  const left = Object.entries(specs).map(([name, { value }]) => `--${name}${value === undefined ? '' : ` ${value}`}`)
  const width = Math.max(...left.map((text) => text.length))
  const lines = Object.values(specs).map(({ help }, i) => `  ${left[i]?.padEnd(width)}  ${help}`)
  return [usage, '', ...lines].join('\n')
}

/** Reads a whole number within bounds. Throws `ArgumentError`. */
export function wholeNumber(option: string, text: string, [min, max]: readonly [number, number]): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < min || number > max) {
    throw new ArgumentError(`--${option} must be a whole number from ${min} to ${max}, not "${text}".`)
  }
  return number
}
