import { dayOfDate, dayOfInstant } from './calendar.ts'
import { products } from './catalogue/index.ts'
import type { Demand } from './demand.ts'
import { ordersOfDay } from './orders.ts'
import { openStream, type Random, stream } from './random.ts'
import { stores } from './stores.ts'
import type { Taste } from './taste.ts'

export interface DemoStock {
  readonly storeIndex: number
  readonly product: number
  readonly level: number
  readonly reorderPoint: number
}

const WINDOW_DAYS = 90
const WINDOW_WEEKS = WINDOW_DAYS / 7

/** The stock of every product in every store at a moment (seconds since 1970), from what the last 90 days sold. */
export function stockAt(seed: number, demand: Demand, taste: Taste, now: number): DemoStock[] {
  const sold = unitsSold(seed, demand, taste, now)
  return stores.flatMap((_, storeIndex) =>
    products.map(({ discontinuedOn }, product) => {
      const random = openStream(seed, stream.stock, storeIndex, product)
      const isGone = discontinuedOn !== null && dayOfDate(discontinuedOn) < dayOfInstant(now)
      if (isGone) return { storeIndex, product, level: Math.max(0, random.below(8) - 4), reorderPoint: 0 }
      const perWeek = (sold[storeIndex * products.length + product] ?? 0) / WINDOW_WEEKS
      return { storeIndex, product, ...drawStock(random, perWeek) }
    }),
  )
}

/** Three in a hundred are out, a tenth is below the reorder point, a tenth lies there for more than half a year. */
function drawStock(random: Random, perWeek: number): { level: number; reorderPoint: number } {
  const leadWeeks = 1.5 + 2 * random.next()
  const reorderPoint = Math.max(2, Math.ceil(perWeek * leadWeeks))
  const kind = random.next()
  const amount = random.next()
  if (kind < 0.03) return { level: 0, reorderPoint }
  if (kind < 0.13) return { level: 1 + Math.floor(amount * (reorderPoint - 1)), reorderPoint }
  if (kind < 0.23) return { level: Math.ceil(Math.max(perWeek, 0.5) * (28 + 40 * amount)), reorderPoint }
  return { level: reorderPoint + 1 + Math.round(Math.max(perWeek, 0.4) * (1 + 9 * amount)), reorderPoint }
}

function unitsSold(seed: number, demand: Demand, taste: Taste, now: number): Float64Array {
  const sold = new Float64Array(stores.length * products.length)
  for (let day = Math.max(0, demand.lastDay - WINDOW_DAYS); day <= demand.lastDay; day++) {
    for (const storeIndex of stores.keys()) {
      for (const order of ordersOfDay(seed, demand, taste, storeIndex, day)) {
        if (order.life.isCancelled || order.placedAt > now || order.placedAt <= now - WINDOW_DAYS * 86_400) continue
        for (const { product, quantity } of order.items) {
          const at = storeIndex * products.length + product
          sold[at] = (sold[at] ?? 0) + quantity
        }
      }
    }
  }
  return sold
}
