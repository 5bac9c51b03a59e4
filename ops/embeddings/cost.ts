import { ArgumentError } from '../terminal/arguments.ts'
import { grouped } from '../terminal/progress.ts'

/** List prices in US dollars per million tokens, as OpenAI publishes them. */
const PRICES: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 0.02,
  'text-embedding-3-large': 0.13,
  'text-embedding-ada-002': 0.1,
}
/** English text has about four characters to a token. */
const CHARACTERS_PER_TOKEN = 4

/** Writes what embedding a text of so many characters will cost. `price` is the operator's own, dollars per million tokens. */
export function estimateCost(characters: number, model: string, price: string | undefined): string {
  if (price !== undefined && !(Number(price) >= 0)) throw new ArgumentError(`--price must be a number, not "${price}".`)
  const tokens = Math.ceil(characters / CHARACTERS_PER_TOKEN)
  const perMillion = price === undefined ? PRICES[model] : Number(price)
  const about = `about ${grouped(tokens)} tokens`
  if (perMillion === undefined) return `${about}; the price of ${model} is not known here, give it with --price`
  return `${about}, about $${((tokens / 1e6) * perMillion).toFixed(4)} at $${perMillion} per million`
}
