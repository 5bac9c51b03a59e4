/** How numbers are written in the statements of insights; the evidence beside them carries them as numbers. */

/** Writes cents as money. */
export type WriteMoney = (cents: number) => string

/** Makes the writer of amounts in one currency (ISO 4217): `$1,234.50`, and `¥1,234` where there are no cents. */
export function moneyIn(currency: string): WriteMoney {
  const style = 'currency'
  const { minimumFractionDigits: usual = 2 } = new Intl.NumberFormat('en-US', { style, currency }).resolvedOptions()
  const minimumFractionDigits = Math.min(usual, 2)
  const format = new Intl.NumberFormat('en-US', { style, currency, minimumFractionDigits, maximumFractionDigits: 2 })
  return (cents) => format.format(cents / 100)
}

/** Writes a change with its sign: `+$12.00`, `-$3.50`. */
export function signed(cents: number, write: WriteMoney): string {
  return cents > 0 ? `+${write(cents)}` : write(cents)
}

/** Writes a ratio as a percentage: 0.625 becomes `62.5%`. */
export function percent(ratio: number): string {
  return `${Math.round(ratio * 1000) / 10}%`
}

/** Rounds a ratio for the evidence. */
export function ratio(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

/** Writes a count with its noun: `1 product`, `1,200 products`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}
