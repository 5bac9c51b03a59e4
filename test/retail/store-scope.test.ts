import { describe, expect, it } from 'vitest'
import type { Ask } from '../../src/db/database.ts'
import { query } from '../../src/db/query.ts'
import { findStores } from '../../src/retail/find-store.ts'
import { askScoped, resolveStore, type StoreAccess } from '../../src/retail/store-scope.ts'
import type { KnownStores, Store } from '../../src/retail/stores.ts'
import { askAs, askAsUser, engines } from '../db/asker.ts'
import type { Engine } from '../support/stack-variables.ts'

const [engine] = engines as readonly [Engine]
const CALENDAR = { timeZone: 'America/New_York', weekStart: 1, fiscalYearStart: 1 }

/** A person's access as a session would give it; counts what reaches the database, and the clock can be moved. */
function accessOf(key: string) {
  const ask = askAs(key, engine)
  const state = { requests: 0, later: 0, known: undefined as KnownStores | undefined }
  const counted: Ask = (queries, options) => {
    state.requests += 1
    return ask(queries, options)
  }
  const access: StoreAccess = {
    ask: counted,
    signal: new AbortController().signal,
    calendar: CALENDAR,
    now: () => Date.now() + state.later,
    stores: {
      recall: async () => state.known,
      remember: async (known) => {
        state.known = known
      },
    },
  }
  return { access, state }
}

const names = (scope: { stores: readonly { store_name: string }[] }) =>
  scope.stores.map(({ store_name }) => store_name.replace('Zava Retail ', ''))

describe('a store', () => {
  it.each([
    ['Zava Retail Bellevue'],
    ['zava retail bellevue'],
    ['bellevue'],
    ['the Bellevue store'],
    ['Bellevue, WA'],
    ['BELLEVUE'],
  ])('is found by "%s"', async (ref) => {
    const { access } = accessOf('regional')

    expect(names(await resolveStore(access, { ref }))).toEqual(['Bellevue'])
  })

  it('is the one whose name stands there, where another differs by case only', () => {
    const named = (store_name: string, store_id: string) =>
      ({ store_id, store_name, location: 'Here', region: 'Here', time_zone: 'UTC' }) as Store
    const twins = [named('Main', '1'), named('MAIN', '2'), named('Main Street', '3')]

    expect(findStores('MAIN', twins).map(({ store_id }) => store_id)).toEqual(['2'])
    expect(findStores(' Main ', twins).map(({ store_id }) => store_id)).toEqual(['1'])
    expect(findStores('main', twins)).toHaveLength(2)
  })

  it('is found by its id', async () => {
    const { access, state } = accessOf('regional')
    await resolveStore(access, { ref: 'all' })
    const id = state.known?.stores.find(({ store_name }) => store_name.endsWith('Kirkland'))?.store_id ?? ''

    expect(names(await resolveStore(access, { ref: id.toUpperCase() }))).toEqual(['Kirkland'])
  })

  it('need not be named by who has one, and is counted in its own time zone', async () => {
    const { access } = accessOf('seattle')

    const scope = await resolveStore(access, { ref: undefined })

    expect(names(scope)).toEqual(['Seattle'])
    expect(scope.isAll).toBe(true)
    expect(scope.calendar.timeZone).toBe('America/Los_Angeles')
  })

  it('not named by who has several is all of them, in the company’s time zone', async () => {
    const { access } = accessOf('regional')

    const scope = await resolveStore(access, { ref: undefined })

    expect(names(scope)).toEqual(['Bellevue', 'Kirkland', 'Redmond', 'Seattle'])
    expect(scope.calendar.timeZone).toBe('America/New_York')
  })

  it('named by a word that several share is asked for again, with the choice', async () => {
    const { access } = accessOf('regional')

    await expect(resolveStore(access, { ref: 'Zava' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      field: 'store',
      hint: expect.stringContaining('Zava Retail Kirkland'),
    })
  })

  it.each(['Eastside', 'the eastside region'])(
    'by a region ("%s") is all stores of it that are the caller’s',
    async (ref) => {
      const { access } = accessOf('regional')
      const { access: redmond } = accessOf('redmond')

      const scope = await resolveStore(access, { ref })

      expect(names(scope)).toEqual(['Bellevue', 'Kirkland', 'Redmond'])
      expect(scope).toMatchObject({ isAll: false, calendar: { timeZone: 'America/New_York' } })
      expect(names(await resolveStore(redmond, { ref }))).toEqual(['Redmond'])
    },
  )

  it('of a region in which the caller has none is nobody’s', async () => {
    const { access } = accessOf('redmond')

    const theirs = await resolveStore(access, { ref: 'Puget Sound' }).catch((error: Error) => error)
    const nobodys = await resolveStore(access, { ref: 'Atlantis' }).catch((error: Error) => error)

    expect(theirs).toMatchObject({ code: 'AUTHORIZATION_ERROR' })
    expect(theirs).toEqual(nobodys)
  })

  it('that nothing is said of in the text is as one not named, and signs are nobody’s', async () => {
    const { access } = accessOf('regional')
    const [, , , seattle] = (await resolveStore(access, { ref: 'all my stores' })).stores

    expect((await resolveStore(access, { ref: '  the store ' })).isAll).toBe(true)
    expect(await resolveStore(access, { ref: 'my store', choose: async () => seattle?.store_id })).toMatchObject({
      stores: [seattle],
    })
    await expect(resolveStore(access, { ref: '%' })).rejects.toMatchObject({ code: 'AUTHORIZATION_ERROR' })
  })
})

describe('a store of somebody else’s', () => {
  it.each(['seattle', 'regional'])(
    'and one that does not exist get %s the same sentence, without a request',
    async (key) => {
      const { access, state } = accessOf(key)
      await resolveStore(access, { ref: undefined })
      const before = state.requests

      const theirs = await resolveStore(access, { ref: 'Zava Retail Tacoma' }).catch((error: Error) => error)
      const nobodys = await resolveStore(access, { ref: 'Zava Retail Quxby' }).catch((error: Error) => error)

      expect(theirs).toMatchObject({ code: 'AUTHORIZATION_ERROR' })
      expect(theirs).toEqual(nobodys)
      expect(state.requests).toBe(before)
    },
  )

  it('by its id neither', async () => {
    const all = accessOf('head-office')
    await resolveStore(all.access, { ref: 'all' })
    const tacoma = all.state.known?.stores.find(({ store_name }) => store_name.endsWith('Tacoma'))?.store_id ?? ''
    const { access } = accessOf('seattle')

    const theirs = await resolveStore(access, { ref: tacoma }).catch((error: Error) => error)
    const nobodys = await resolveStore(access, { ref: '00000000-0000-4000-8000-000000000000' }).catch((e: Error) => e)

    expect(theirs).toMatchObject({ code: 'AUTHORIZATION_ERROR' })
    expect(theirs).toEqual(nobodys)
  })

  it('is not the caller’s own one, however alike the names; that one is suggested', async () => {
    const { access } = accessOf('redmond')

    await expect(resolveStore(access, { ref: 'Redmont' })).rejects.toMatchObject({
      code: 'AUTHORIZATION_ERROR',
      hint: expect.stringContaining('Did you mean Zava Retail Redmond?'),
    })
  })

  it('is looked for once more when the list of one’s own is older than half a minute', async () => {
    const { access, state } = accessOf('seattle')
    await resolveStore(access, { ref: undefined })
    state.later = 31_000

    await expect(resolveStore(access, { ref: 'Tacoma' })).rejects.toMatchObject({ code: 'AUTHORIZATION_ERROR' })

    expect(state.requests).toBe(2)
  })

  it('costs a person without any store an answer that says so', async () => {
    const canary = accessOf('seattle')
    const access = { ...canary.access, ask: askAsUser('00000000-0000-4000-8000-00000000ca4a', engine) }

    await expect(resolveStore(access, { ref: undefined })).rejects.toMatchObject({
      code: 'AUTHORIZATION_ERROR',
      message: 'You have no stores yet.',
    })
  })
})

describe('a report', () => {
  const counting = query`select count(*) as stores from retail.stores`

  it('is one request once the stores are known, and brings them along', async () => {
    const { access, state } = accessOf('regional')
    await resolveStore(access, { ref: undefined })
    const before = state.requests

    const { scope, answer } = await askScoped(access, { ref: 'Bellevue' }, () => [counting])

    expect(state.requests - before).toBe(1)
    expect(answer.results.map(({ rows }) => rows)).toEqual([[['4']]])
    expect(names(scope)).toEqual(['Bellevue'])
  })

  it('is asked for again when the list was not the right one any more', async () => {
    const { access, state } = accessOf('regional')
    await resolveStore(access, { ref: undefined })
    state.known = { stores: state.known?.stores.slice(0, 2) ?? [], readAt: access.now() }
    const planned: string[][] = []

    const { scope } = await askScoped(access, { ref: undefined }, (one) => {
      planned.push(names(one))
      return [counting]
    })

    expect(planned).toEqual([
      ['Bellevue', 'Kirkland'],
      ['Bellevue', 'Kirkland', 'Redmond', 'Seattle'],
    ])
    expect(names(scope)).toHaveLength(4)
  })

  it('is refused when the store has been taken away in between', async () => {
    const { access, state } = accessOf('seattle')
    const head = accessOf('head-office')
    await resolveStore(head.access, { ref: undefined })
    state.known = { stores: head.state.known?.stores ?? [], readAt: access.now() }

    await expect(askScoped(access, { ref: 'Tacoma' }, () => [counting])).rejects.toMatchObject({
      code: 'AUTHORIZATION_ERROR',
    })
  })

  it('is not planned at all for a refusal', async () => {
    const { access, state } = accessOf('seattle')
    await resolveStore(access, { ref: undefined })
    const before = state.requests

    await expect(askScoped(access, { ref: 'Tacoma' }, () => [counting])).rejects.toMatchObject({
      code: 'AUTHORIZATION_ERROR',
    })
    expect(state.requests).toBe(before)
  })
})
