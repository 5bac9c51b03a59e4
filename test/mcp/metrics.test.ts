import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { METRIC_NAMES } from '../../src/retail/metrics.ts'
import { connectAs } from '../support/edge.ts'

const definition = z.strictObject({
  name: z.string(),
  title: z.string().min(3),
  unit: z.enum(['money', 'count', 'percent', 'ratio', 'weeks']),
  formula: z.string().min(10),
  grain: z.string().min(4),
  statuses: z.array(z.enum(['completed', 'returned'])),
  caveats: z.array(z.string().min(10)).min(1),
  source: z.array(z.string().regex(/^retail\.[a-z_]+$/)).min(1),
})

const textOf = (result: { contents: readonly object[] }): unknown =>
  JSON.parse(z.looseObject({ text: z.string() }).parse(result.contents[0]).text)

describe('metrics', () => {
  it('are readable, each with all that one must know, and no SQL', async () => {
    const { client } = await connectAs('redmond')

    const all = textOf(await client.readResource({ uri: 'zava://metrics' }))

    expect(
      z
        .array(definition)
        .parse(all)
        .map(({ name }) => name),
    ).toEqual(METRIC_NAMES)
    expect(JSON.stringify(all)).not.toMatch(/\b(select|coalesce|nullif)\b/i)
  })

  it('are listed one by one, and each can be read by its name', async () => {
    const { client } = await connectAs('redmond')

    const { resources } = await client.listResources()
    const listed = resources.filter(({ uri }) => uri.startsWith('zava://metrics/'))
    const read = await Promise.all(listed.map(async ({ uri }) => textOf(await client.readResource({ uri }))))

    expect(read.map((one) => definition.parse(one).name)).toEqual(METRIC_NAMES)
  })

  it('that do not exist are answered with the one that was meant', async () => {
    const { client } = await connectAs('redmond')

    await expect(client.readResource({ uri: 'zava://metrics/net_sale' })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND', hint: expect.stringMatching(/^Did you mean net_sales\b/) },
    })
  })

  it('name every order status that counts and none that never does', async () => {
    const { client } = await connectAs('redmond')

    const all = z.array(definition).parse(textOf(await client.readResource({ uri: 'zava://metrics' })))

    const withoutStatus = all.filter(({ statuses }) => statuses.length === 0).map(({ name }) => name)
    expect(withoutStatus).toEqual(['stock_value', 'stock_value_retail'])
  })
})
