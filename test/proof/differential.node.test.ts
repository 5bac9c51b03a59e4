import { expect, it, onTestFinished } from 'vitest'
import { readStack } from '../support/stack-variables.ts'
import { openCopy } from './node/copy.ts'
import { compare, storeIdsOf } from './node/differential.ts'
import { stackEngine } from './node/stack-engine.ts'

/** A sample; `npm run proof` runs the rest, on every engine. */
const SEED = 7
const RUNS = 40

it(`a regional manager: ${RUNS} generated queries have the one answer (seed ${SEED})`, async () => {
  const { CONTEXT_KEY_ID: id = '', CONTEXT_KEY: hex = '' } = readStack(process.env).bindings
  const all = { ...stackEngine('embedded'), key: { id, hex } }
  const only = await openCopy('embedded', all, storeIdsOf('regional'))
  onTestFinished(() => only.close())

  const { queries, sensitive } = await compare({ who: 'regional', all, only, seed: SEED, runs: RUNS })

  expect(queries.length).toBe(RUNS)
  expect(sensitive).toBeGreaterThan(10)
})
