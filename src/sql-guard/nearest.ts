/** Finds the names that a mistaken one was probably meant to be. */

/** What people call it → what the schema calls it. Applied to whole words of a name. */
const SYNONYMS: Readonly<Record<string, string>> = {
  sale: 'order',
  sales: 'orders',
  transactions: 'orders',
  purchases: 'orders',
  invoices: 'orders',
  lineitems: 'order_items',
  line: 'order',
  items: 'order_items',
  orderitems: 'order_items',
  orderdetails: 'order_items',
  details: 'items',
  item: 'product',
  stock: 'inventory',
  clients: 'customers',
  users: 'customers',
  shops: 'stores',
  branches: 'stores',
  locations: 'stores',
  shop: 'store',
  branch: 'store',
  embeddings: 'product_description_embeddings',
  types: 'product_types',
  revenue: 'total_amount',
  amount: 'total_amount',
  total: 'total_amount',
  price: 'base_price',
  qty: 'quantity',
  units: 'quantity',
  title: 'name',
  margin: 'gross_margin_percent',
  created: 'created_at',
  date: 'order_date',
  onhand: 'stock_level',
  discount: 'discount_percent',
  surname: 'last_name',
  firstname: 'first_name',
  lastname: 'last_name',
}

/** Returns up to three of the candidates, best first; only those that are plausible. */
export function nearest(name: string, candidates: readonly string[]): string[] {
  const wanted = name.toLowerCase()
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, score: score(wanted, candidate.toLowerCase()) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.candidate.localeCompare(b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** 0 = not alike, 1 = the same. */
function score(wanted: string, candidate: string): number {
  const squeezed = wanted.replaceAll('_', '')
  if (squeezed === candidate.replaceAll('_', '')) return 1
  if (SYNONYMS[wanted] === candidate || SYNONYMS[squeezed] === candidate) return 0.95

  const spelling = 1 - distance(wanted, candidate) / Math.max(wanted.length, candidate.length)
  const mine = wanted.split('_').flatMap((word) => [word, ...(SYNONYMS[word]?.split('_') ?? [])])
  const theirs = candidate.split('_')
  const shared = theirs.filter((word) => mine.some((other) => singular(other) === singular(word))).length
  const meaning = shared === 0 ? 0 : (shared / Math.max(theirs.length, wanted.split('_').length)) * 0.9
  const best = Math.max(spelling >= 0.6 ? spelling : 0, meaning >= 0.3 ? meaning : 0)
  return best === 0 ? 0 : best + spelling * 0.05
}

function singular(word: string): string {
  return word.replace(/(?<=[^s])s$/, '')
}

/** Edit distance with swaps of neighbours counted once (optimal string alignment); names are short. */
function distance(a: string, b: string): number {
  const rows: number[][] = [[...Array(b.length + 1).keys()]]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(cell(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1, cell(rows, i - 1, j - 1) + change)
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, cell(rows, i - 2, j - 2) + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return cell(rows, a.length, b.length)
}

function cell(rows: readonly number[][], i: number, j: number): number {
  return rows[i]?.[j] ?? Number.POSITIVE_INFINITY
}
