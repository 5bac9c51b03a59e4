import { describe, expect, it } from 'vitest'
import { managers, places, storeIdsOf } from './place.ts'

const ROUNDS = 20

/** The eight managers at once, with questions that overlap in the server's connections and caches. */
describe.for(places)('on the $name engine', (place) => {
  it('eight users at once, many times over: nobody ever sees a row of another', async () => {
    const expected = new Map(await Promise.all(managers.map(async (who) => [who, await question(who)] as const)))

    const answers: { who: string; answer: string }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      answers.push(...(await Promise.all(managers.map(async (who) => ({ who, answer: await question(who) })))))
    }

    expect(new Set(expected.values()).size).toBe(managers.length)
    expect(answers.length).toBe(ROUNDS * managers.length)
    expect(answers.filter(({ who, answer }) => answer !== expected.get(who))).toEqual([])
  })

  it('attackers among them get nothing and spoil nothing', async () => {
    const crowd = Array.from({ length: ROUNDS }, (_, i) => managers[i % managers.length] ?? '')

    const answers = await Promise.all(
      crowd.map(async (who, i) => {
        if (i % 3 === 0)
          return place.attackAs(
            who,
            `select set_config('zava.context', 'c1.forged', false)`,
            'select * from retail.orders',
          )
        if (i % 3 === 1) return place.attackAs(who, 'select 1 / 0')
        return place.attackAs(who, 'select distinct store_id from retail.orders')
      }),
    )

    crowd.forEach((who, i) => {
      if (i % 3 === 0) expect(answers[i]).toMatchObject({ sqlState: 'ZV004', rows: [] })
      if (i % 3 === 1) expect(answers[i]).toMatchObject({ sqlState: '22012', rows: [] })
      if (i % 3 === 2) expect(answers[i]?.rows.map(({ store_id }) => store_id)).toEqual(storeIdsOf(who))
    })
  })

  async function question(who: string): Promise<string> {
    const results = await place.as(
      who,
      'select store_id from retail.stores',
      'select count(*), sum(total_amount), array_agg(distinct store_id) from retail.orders',
      'select customer_id, store_id from retail.customers order by customer_id limit 5',
    )
    for (const row of results.flat()) {
      if (row.store_id !== undefined) expect(storeIdsOf(who)).toContain(row.store_id)
    }
    return JSON.stringify(results)
  }
})
