import { helpText, type OptionSpec, type ParsedArguments, parseArguments } from './arguments.ts'
import { explain } from './explain.ts'
import { StoppedError } from './stop.ts'

/** A script that npm runs. */
export interface ScriptSpec {
  /** First line of the help, as one types it: `npm run users -- <act> [options]`. */
  readonly usage: string
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Words besides the options; 0 when absent. */
  readonly maxWords?: number
}

/**
 * Reads the command line, shows the help when asked, runs `main`, and explains what goes wrong. `main` returns the exit
 * code.
 */
export async function runScript(
  { usage, options, maxWords = 0 }: ScriptSpec,
  main: (parsed: ParsedArguments) => Promise<number>,
): Promise<void> {
  const specs = { ...options, help: { help: 'show this' } }
  try {
    const parsed = parseArguments(process.argv.slice(2), specs, { maxWords })
    if (parsed.switches.has('help')) console.log(helpText(usage, specs))
    else process.exitCode = await main(parsed)
  } catch (error) {
    console.error(explain(error))
    process.exitCode = error instanceof StoppedError ? error.exitCode : 1
  }
}
