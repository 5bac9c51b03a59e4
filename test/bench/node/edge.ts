import { z } from 'zod'
import { getPerson } from '../../../dev/demo/people.ts'
import { mintContextToken } from '../../../src/db/context-token.ts'
import { call, freshArgument } from '../calls.ts'
import type { Area, BenchOptions, Measure } from './area.ts'
import { type BareWorker, startBareWorker } from './bare.ts'
import type { SentRequest } from './distance.ts'
import { type Timing, timeInTurns } from './rounds.ts'
import type { BenchStack } from './stack.ts'

const TOOL = 'whoami'
const WHO = 'seattle'
const DISTANCES_MS = [0, 10, 40] as const
/** The Worker is warm after the first distance; further away a call is mostly the way itself, and its median is quick to settle. */
const FIRST = { rounds: 200, warmUp: 40 }
const FURTHER = { rounds: 100, warmUp: 10 }
const QUICK = { rounds: 30, warmUp: 10 }

const batch = z.object({ queries: z.array(z.object({ query: z.string(), params: z.array(z.unknown()) })) })

/** What the Worker and the session cost a call, beside a bare Worker that runs the same SQL through the same driver. */
export const edge: Area = {
  name: 'edge',
  title: `Edge: ${TOOL} through Worker and session against a bare Worker with the same SQL`,

  async run(options) {
    options.say('starting …')
    const stack = await options.stacks.get({ size: 'small' })
    const { serviceUrl } = stack.database
    const variables = { DATABASE_URL: serviceUrl, DATABASE_ENDPOINT: stack.distance.url }
    const bare = await startBareWorker({ config: 'wrangler.toml', variables })
    try {
      return await measure(stack, bare, options)
    } finally {
      stack.distance.delayMs = 0
      await bare.stop()
    }
  },
}

async function measure(stack: BenchStack, bare: BareWorker, { isQuick, say }: BenchOptions): Promise<Measure[]> {
  const { client, repeat } = await stack.worker.connectAs(WHO)
  const args = await freshArgument(client, TOOL)
  await call(client, TOOL, args)
  await call(client, TOOL, args)
  const sent = stack.distance.latest
  if (sent === undefined) throw new Error('the tool has asked the database nothing')

  const measures: Measure[] = []
  const totals: number[] = []
  for (const delayMs of DISTANCES_MS) {
    say(`${delayMs} ms to the database`)
    stack.distance.delayMs = delayMs
    let token = ''
    const ways = [
      // What an assistant's own client costs is not the edge's: both ways are plain requests.
      { name: 'ours', run: async () => void (await repeat()) },
      // It is sent a token that was made before: making one is ours alone.
      {
        name: 'bare',
        prepare: async () => {
          token = await mintContextToken(getPerson(WHO).userId, stack.database.key, Date.now())
        },
        run: () => askBare(bare, sent, token),
      },
    ]
    const [ours, alone] = await timeInTurns(ways, isQuick ? QUICK : delayMs === 0 ? FIRST : FURTHER)
    if (ours === undefined || alone === undefined) throw new Error('nothing was timed')
    totals.push(ours.p50)
    measures.push(toMeasure(ours, alone, delayMs))
  }
  const [here = Number.NaN, ...away] = totals
  return [
    ...measures,
    ...away.map((total, i) => ({
      measure: `distances waited for at ${DISTANCES_MS[i + 1]} ms`,
      value: (total - here) / (DISTANCES_MS[i + 1] ?? Number.NaN),
      unit: 'x',
      target: { atMost: 1.25 },
      against: `(p50 ${total.toFixed(1)} − ${here.toFixed(1)} ms) ÷ the distance: one trip is 1`,
    })),
  ]
}

function toMeasure(ours: Timing, alone: Timing, delayMs: number): Measure {
  return {
    measure: `p50 of a call, database ${delayMs} ms away`,
    value: ours.p50 / alone.p50,
    unit: 'x',
    ...(delayMs === 0 ? { target: { atMost: 1.5 } } : {}),
    against: `${ours.p50.toFixed(2)} ms (spread ${ours.spread.toFixed(2)}) against ${alone.p50.toFixed(2)} ms (spread ${alone.spread.toFixed(2)}), ${ours.runs} rounds`,
  }
}

/** Runs the statements of a captured request again, under a context of now. */
async function askBare({ url }: BareWorker, { headers, body }: SentRequest, token: string): Promise<void> {
  const [first, ...rest] = batch.parse(JSON.parse(body)).queries
  const enter = { query: first?.query ?? '', params: [token, ...(first?.params.slice(1) ?? [])] }
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({
      statements: [enter, ...rest],
      isolationLevel: headers['neon-batch-isolation-level'] ?? 'ReadCommitted',
    }),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`the bare Worker answered ${response.status}`)
}
