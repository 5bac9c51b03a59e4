/** What a field of an imported file may hold. Every rule is one SQL expression over the text, so that a million lines are checked at once. */

/** A field of a table: how it is called here and elsewhere, and what its text must be. */
export interface Field {
  readonly name: string
  /** Headings under which shops and tills export it, compared without case, spaces and punctuation. */
  readonly also: readonly string[]
  readonly kind: Kind
  /** Must have a value on every line. */
  readonly isRequired?: boolean
}

interface Kind {
  /** A condition over `text`, a column of type text that is not null, that holds where the value is not fit. */
  refused(text: string): string
  readonly reason: string
  /** Numbers are written in many ways: `$1,234.50`, `1.234,50`; these are put right before they are staged. */
  readonly isNumber?: boolean
}

/** Text of a limited length. */
export const words = (most: number): Kind => ({
  refused: (text) => `length(${text}) > ${most}`,
  reason: `must have at most ${most} characters`,
})

/** Just below a hundred million, and rounded to it: one digit too many for the table. */
const ROUNDED_UP = (text: string) => `${text} ~ '^-?9{8}\\.99[5-9]'`

/** An amount of money with at most eight digits before the point; more than two after it are rounded. */
export const money: Kind = {
  refused: (text) => `${text} !~ '^-?\\d{1,8}(\\.\\d+)?$' or ${ROUNDED_UP(text)}`,
  reason: 'must be an amount of money',
  isNumber: true,
}

export const amountNotBelowZero: Kind = {
  refused: (text) => `${text} !~ '^\\d{1,8}(\\.\\d+)?$' or ${ROUNDED_UP(text)}`,
  reason: 'must be an amount of money, not below zero',
  isNumber: true,
}

export const percent: Kind = {
  refused: (text) => `${text} !~ '^\\d{1,3}(\\.\\d+)?$' or ${text}::numeric > 100`,
  reason: 'must be from 0 to 100',
  isNumber: true,
}

export const wholeNumber: Kind = {
  refused: (text) => `${text} !~ '^-?\\d{1,9}(\\.0+)?$'`,
  reason: 'must be a whole number',
  isNumber: true,
}

export const count: Kind = {
  refused: (text) => `${text} !~ '^\\d{1,9}(\\.0+)?$'`,
  reason: 'must be a whole number, not below zero',
  isNumber: true,
}

/** Postgres reads "today" and "infinity", too, and years of five digits or before Christ, which no calendar of ours can show. */
const DAY_IN_DIGITS = "'^[^0-9]*([0-9]{1,4}[^0-9]|[0-9]{8})(?!.*[Bb][Cc]\\s*$)'"

export const moment: Kind = {
  refused: (text) =>
    `${text} !~ ${DAY_IN_DIGITS} or not pg_input_is_valid(${text}, 'timestamptz') or not pg_input_is_valid(${text}, 'timestamp')`,
  reason: 'must be a date, with or without a time (see --dates)',
}

export const day: Kind = {
  refused: (text) => `${text} !~ ${DAY_IN_DIGITS} or not pg_input_is_valid(${text}, 'date')`,
  reason: 'must be a date (see --dates)',
}

export const yesOrNo: Kind = {
  refused: (text) => `not pg_input_is_valid(lower(${text}), 'boolean')`,
  reason: 'must be yes or no',
}

export const address: Kind = {
  refused: (text) => `${text} not like '%_@_%' or length(${text}) > 254`,
  reason: 'must be an e-mail address',
}

export const oneOf = (...values: readonly string[]): Kind => ({
  refused: (text) => `lower(${text}) not in (${values.map((value) => `'${value}'`).join(', ')})`,
  reason: `must be one of ${values.join(', ')}`,
})

/** What an order's state is called by tills and web shops, lower case. */
const STATUS_WORDS: Readonly<Record<string, readonly string[]>> = {
  completed: [
    'completed',
    'complete',
    'closed',
    'paid',
    'shipped',
    'delivered',
    'fulfilled',
    'picked up',
    'sold',
    'done',
  ],
  pending: ['pending', 'open', 'new', 'placed', 'processing', 'on hold', 'unpaid', 'awaiting payment'],
  cancelled: ['cancelled', 'canceled', 'void', 'voided'],
  returned: ['returned', 'return', 'refunded', 'refund'],
}

const statusWords = Object.entries(STATUS_WORDS).flatMap(([status, all]) => all.map((word) => ({ status, word })))

export const orderStatus: Kind = {
  refused: (text) => `lower(${text}) not in (${statusWords.map(({ word }) => `'${word}'`).join(', ')})`,
  reason: `must be one of ${Object.keys(STATUS_WORDS).join(', ')}, or a usual word for one, such as paid, open, void or refunded`,
}

/** SQL of the status that a text of `orderStatus` means; null for null. */
export function statusOf(text: string): string {
  const others = statusWords.filter(({ status, word }) => status !== word)
  return `(case lower(${text}) ${others.map(({ status, word }) => `when '${word}' then '${status}'`).join(' ')} else lower(${text}) end)`
}

/** A condition that holds where the text of `field` is not fit, or missing though it is required. */
export function refusedField({ name, kind, isRequired }: Field): string {
  const column = `l.${name}`
  const unfit = `(${column} is not null and (${kind.refused(column)}))`
  return isRequired ? `(${column} is null or ${unfit})` : unfit
}

/** Compares headings: without case, spaces and punctuation. */
export function plainHeading(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** Whether a name is a time zone's, like America/Los_Angeles. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
