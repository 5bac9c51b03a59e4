import { call, USUAL_CALLS } from '../calls.ts'
import type { Area, Measure } from './area.ts'

/** Round trips to the database per tool: the first call of a session, and the same question again. */
export const requests: Area = {
  name: 'requests',
  title: 'Round trips: requests that the database endpoint serves per call',
  onlyCounts: true,

  async run({ stacks, say }) {
    say('starting …')
    const stack = await stacks.get({ size: 'small' })
    const opener = await stack.worker.connectAs('regional')
    const { tools } = await opener.client.listTools()
    const measures: Measure[] = []
    for (const { name } of tools) {
      const args = USUAL_CALLS[name]
      if (args === undefined) throw new Error(`no usual call of ${name} is known to the bench`)
      const { client } = await stack.worker.connectAs('regional', { clientId: `bench-${name}` })
      const [first, again] = [
        await count(stack.requests, client, name, args),
        await count(stack.requests, client, name, args),
      ]
      measures.push(
        {
          measure: `${name}, first call`,
          value: first,
          unit: 'requests',
          target: { atMost: 2 },
          against: 'a new session',
          isCount: true,
        },
        {
          measure: `${name}, again`,
          value: again,
          unit: 'requests',
          target: { atMost: 1 },
          against: 'the same question at once',
          isCount: true,
        },
      )
    }
    return measures
  },
}

async function count(
  requests: () => Promise<number>,
  client: Parameters<typeof call>[0],
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<number> {
  const before = await requests()
  await call(client, name, args)
  return (await requests()) - before
}
