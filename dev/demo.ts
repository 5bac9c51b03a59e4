/** `npm run demo`: asks the sample's questions as four managers, and proves that one store cannot see the other. */

import { helpText, type OptionSpec, parseArguments } from '../ops/terminal/arguments.ts'
import { explain } from '../ops/terminal/explain.ts'
import { onInterrupt } from '../ops/terminal/interrupt.ts'
import { paintFor } from '../ops/terminal/paint.ts'
import { createProgress } from '../ops/terminal/progress.ts'
import { readStackOptions, stackOptionSpecs } from './stack/options.ts'
import { takeStack } from './tour/stack-at-hand.ts'
import { takeTour } from './tour/tour.ts'

const OPTIONS: Record<string, OptionSpec> = {
  ...stackOptionSpecs,
  port: { value: '<number>', help: 'port for a stack that has to be started (default: a free one)' },
  help: { help: 'show this' },
}
const paint = paintFor(process.stdout)
const progress = createProgress(process.stdout)
const interrupt = onInterrupt()
// `npm start | head`: nobody reads any more, which is no reason to fall over.
process.stdout.on('error', () => {})

process.exitCode = await run().catch((error: unknown) => {
  progress.clear()
  if (interrupt.signal.aborted) return 130
  console.error(explain(error))
  return 1
})
process.exit()

async function run(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2), OPTIONS)
  if (parsed.switches.has('help')) {
    console.log(helpText('npm run demo -- [options]', OPTIONS))
    return 0
  }
  const choices = readStackOptions(parsed, { defaultPort: 0 })
  const stack = await takeStack({ choices, progress, signal: interrupt.signal })
  try {
    const tour = takeTour(stack, { print: console.log, paint })
    const counted = await Promise.race([tour, interrupt.happened])
    if (counted === undefined) return 130
    console.log(`\n${conclusion(counted)}`)
    return counted.failed === 0 ? 0 : 1
  } finally {
    await stack.close()
  }
}

function conclusion({ all, failed }: { all: number; failed: number }): string {
  return failed === 0
    ? paint.green(`All ${all} checks are true.`)
    : paint.red(`${failed} of ${all} checks are NOT true.`)
}
