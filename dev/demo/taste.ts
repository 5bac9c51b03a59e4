import { companions } from './baskets.ts'
import { dayOfDate } from './calendar.ts'
import { categories, products } from './catalogue/index.ts'
import { openStream, pickIndex, type Random, runningTotals, stream } from './random.ts'
import { stores } from './stores.ts'

const BOUGHT_TOGETHER = 0.35

/** What customers of each store choose. */
export interface Taste {
  /** Draws the product (its place in `products`) of one line; `first` is the product that the basket began with. */
  pick(random: Random, storeIndex: number, day: number, month: number, first: number | null): number
}

const byMonth = Array.from({ length: 12 }, (_, month) =>
  runningTotals(categories.map((category) => category.share * (category.season[month] ?? 1))),
)
const indexes = products.map((_, i) => i)
const ofCategory = categories.map((_, c) => indexes.filter((i) => products[i]?.categoryIndex === c))
const ofType = new Map(
  products.map(({ typeName }) => [typeName, indexes.filter((i) => products[i]?.typeName === typeName)]),
)
const lastDay = products.map(({ discontinuedOn }) =>
  discontinuedOn === null ? Number.POSITIVE_INFINITY : dayOfDate(discontinuedOn),
)
const price = (i: number): number => products[i]?.priceCents ?? 0

/** Builds the tastes of all stores from the seed: some products are liked more, cheap ones are bought more often. */
export function openTaste(seed: number): Taste {
  const everywhere = openStream(seed, stream.taste, 0, 0)
  const popularity = products.map(
    ({ priceCents }) => (0.3 + 1.7 * everywhere.next() ** 2) * (priceCents / 2000) ** -0.35,
  )
  const perStore = stores.map((_, s) => {
    const local = openStream(seed, stream.taste, 1, s)
    const weights = popularity.map((weight) => weight * (0.6 + local.next()))
    const totalsOf = (list: readonly number[]) => ({ list, totals: runningTotals(list.map((i) => weights[i] ?? 0)) })
    return {
      categories: ofCategory.map(totalsOf),
      types: new Map([...ofType].map(([name, list]) => [name, totalsOf(list)])),
    }
  })

  function draw(random: Random, storeIndex: number, month: number, first: number | null): number {
    const store = perStore[storeIndex]
    const together = first === null ? undefined : companions[products[first]?.typeName ?? '']
    const type =
      together !== undefined && random.next() < BOUGHT_TOGETHER ? together[random.below(together.length)] : undefined
    const totals = byMonth[month]
    const shelf =
      type === undefined ? store?.categories[totals ? pickIndex(totals, random.next()) : 0] : store?.types.get(type)
    return shelf === undefined ? 0 : (shelf.list[pickIndex(shelf.totals, random.next())] ?? 0)
  }

  function drawCurrent(random: Random, storeIndex: number, day: number, month: number, first: number | null): number {
    for (;;) {
      const product = draw(random, storeIndex, month, first)
      if (day <= (lastDay[product] ?? 0)) return product
    }
  }

  return {
    pick(random, storeIndex, day, month, first) {
      const one = drawCurrent(random, storeIndex, day, month, first)
      const value = stores[storeIndex]?.value ?? 1
      if (random.next() >= Math.abs(value - 1)) return one
      const other = drawCurrent(random, storeIndex, day, month, first)
      return price(other) > price(one) === value > 1 ? other : one
    },
  }
}
