import { type Engine, readStack } from '../../support/stack-variables.ts'

/** One of the engines that the tests were started with, demo data in it. */
export function stackEngine(name: string): Engine {
  const found = readStack(process.env).engines.find((engine) => engine.name === name)
  if (found === undefined) throw new Error(`the tests were started without the engine ${name}`)
  return found
}
