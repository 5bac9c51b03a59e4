/** `npm start`: the whole local stack, until Ctrl-C. */

import { helpText, type OptionSpec, parseArguments } from '../ops/terminal/arguments.ts'
import { explain } from '../ops/terminal/explain.ts'
import { onInterrupt } from '../ops/terminal/interrupt.ts'
import { paintFor } from '../ops/terminal/paint.ts'
import { createProgress } from '../ops/terminal/progress.ts'
import { readStackOptions, stackOptionSpecs } from './stack/options.ts'
import { startStack } from './stack/stack.ts'
import { welcome } from './stack/welcome.ts'

const OPTIONS: Record<string, OptionSpec> = { ...stackOptionSpecs, help: { help: 'show this' } }
const paint = paintFor(process.stdout)
const progress = createProgress(process.stdout)
const interrupt = onInterrupt()
// `npm start | head`: nobody reads any more, which is no reason to fall over.
process.stdout.on('error', () => {})

process.exitCode = await run().catch((error: unknown) => {
  progress.clear()
  if (interrupt.signal.aborted) {
    console.log('Stopped before it was ready.')
    return 130
  }
  console.error(explain(error))
  return 1
})
process.exit()

async function run(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2), OPTIONS)
  if (parsed.switches.has('help')) {
    console.log(helpText('npm start -- [options]', OPTIONS))
    return 0
  }
  const stack = await startStack({ ...readStackOptions(parsed), progress, signal: interrupt.signal })
  console.log(welcome(stack, paint))

  const death = await Promise.race([interrupt.happened, stack.died])
  if (death === undefined) console.log('\nStopping …')
  else console.error(`${death}\nEverything else is stopped. The MCP server's log is in ${stack.data.log}`)
  await stack.stop()
  if (death === undefined) console.log(`Stopped. Your data is kept in ${stack.data.shown}.`)
  return death === undefined ? 0 : 1
}
