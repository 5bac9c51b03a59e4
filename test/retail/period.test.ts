import { describe, expect, it } from 'vitest'
import type { Calendar } from '../../src/retail/calendar.ts'
import { type Comparison, comparisonOf, PERIOD_FORMS, parsePeriod, showPeriod } from '../../src/retail/period.ts'

const PACIFIC: Calendar = { timeZone: 'America/Los_Angeles', weekStart: 1, fiscalYearStart: 1 }
/** A Wednesday, 13:07 in the stores. */
const NOW = Date.parse('2026-06-17T20:07:30Z')

function read(text: string, { calendar = PACIFIC, now = NOW }: { calendar?: Calendar; now?: number } = {}) {
  const { from, to, complete } = showPeriod(parsePeriod(text, calendar, now))
  return [from.replace('.000Z', 'Z'), to.replace('.000Z', 'Z'), complete]
}

function compare(text: string, kind: Comparison, { calendar = PACIFIC, now = NOW } = {}) {
  const other = comparisonOf(parsePeriod(text, calendar, now), kind)
  return other === undefined ? undefined : `${showPeriod(other).from} ${showPeriod(other).to}`.replaceAll('.000Z', 'Z')
}

const SO_FAR = '2026-06-17T20:05:00Z'

describe('a period', () => {
  it.each([
    ['today', '2026-06-17T07:00:00Z', SO_FAR, false],
    ['yesterday', '2026-06-16T07:00:00Z', '2026-06-17T07:00:00Z', true],
    ['last_7_days', '2026-06-10T07:00:00Z', '2026-06-17T07:00:00Z', true],
    ['this_week', '2026-06-15T07:00:00Z', SO_FAR, false],
    ['last_week', '2026-06-08T07:00:00Z', '2026-06-15T07:00:00Z', true],
    ['last_4_weeks', '2026-05-18T07:00:00Z', '2026-06-15T07:00:00Z', true],
    ['this_month', '2026-06-01T07:00:00Z', SO_FAR, false],
    ['mtd', '2026-06-01T07:00:00Z', SO_FAR, false],
    ['last_month', '2026-05-01T07:00:00Z', '2026-06-01T07:00:00Z', true],
    ['last_12_months', '2025-06-01T07:00:00Z', '2026-06-01T07:00:00Z', true],
    ['this_quarter', '2026-04-01T07:00:00Z', SO_FAR, false],
    ['qtd', '2026-04-01T07:00:00Z', SO_FAR, false],
    ['last_quarter', '2026-01-01T08:00:00Z', '2026-04-01T07:00:00Z', true],
    ['ytd', '2026-01-01T08:00:00Z', SO_FAR, false],
    ['this_year', '2026-01-01T08:00:00Z', SO_FAR, false],
    ['last_year', '2025-01-01T08:00:00Z', '2026-01-01T08:00:00Z', true],
    ['last_2_years', '2024-01-01T08:00:00Z', '2026-01-01T08:00:00Z', true],
    ['2025-Q3', '2025-07-01T07:00:00Z', '2025-10-01T07:00:00Z', true],
    ['2025-06', '2025-06-01T07:00:00Z', '2025-07-01T07:00:00Z', true],
    ['2025', '2025-01-01T08:00:00Z', '2026-01-01T08:00:00Z', true],
    ['2026', '2026-01-01T08:00:00Z', SO_FAR, false],
    ['2026-W01', '2025-12-29T08:00:00Z', '2026-01-05T08:00:00Z', true],
    ['2025-06-15', '2025-06-15T07:00:00Z', '2025-06-16T07:00:00Z', true],
    ['2025-01-01..2025-03-31', '2025-01-01T08:00:00Z', '2025-04-01T07:00:00Z', true],
    ['2025-01..2025-03', '2025-01-01T08:00:00Z', '2025-04-01T07:00:00Z', true],
    ['last_weekend', '2026-06-13T07:00:00Z', '2026-06-15T07:00:00Z', true],
    ['March', '2026-03-01T08:00:00Z', '2026-04-01T07:00:00Z', true],
    ['june', '2026-06-01T07:00:00Z', SO_FAR, false],
    ['December', '2025-12-01T08:00:00Z', '2026-01-01T08:00:00Z', true],
    ['Q2', '2026-04-01T07:00:00Z', SO_FAR, false],
    ['q4', '2025-10-01T07:00:00Z', '2026-01-01T08:00:00Z', true],
    ['since 2026-05-04', '2026-05-04T07:00:00Z', SO_FAR, false],
    ['since March', '2026-03-01T08:00:00Z', SO_FAR, false],
    ['2026-06-10..2026-06-30', '2026-06-10T07:00:00Z', SO_FAR, false],
    ['2025-01-01 - 2025-03-31', '2025-01-01T08:00:00Z', '2025-04-01T07:00:00Z', true],
    ['2025-01-01 — 2025-03-31', '2025-01-01T08:00:00Z', '2025-04-01T07:00:00Z', true],
    ['January to March 2025', '2025-01-01T08:00:00Z', '2025-04-01T07:00:00Z', true],
    ['from Nov through Feb 2025', '2024-11-01T07:00:00Z', '2025-03-01T08:00:00Z', true],
    ['Q1 to Q3 2024', '2024-01-01T08:00:00Z', '2024-10-01T07:00:00Z', true],
  ])('%s is exact and half-open in the zone of the store', (text, from, to, complete) => {
    expect(read(text)).toEqual([from, to, complete])
  })

  it.each([
    ['Last Month', 'last_month'],
    ['  last-month ', 'last_month'],
    ['the last month', 'last_month'],
    ['in June 2025', '2025-06'],
    ['Jun 2025', '2025-06'],
    ['Q3 2025', '2025-Q3'],
    ['q3-2025', '2025-Q3'],
    ['2025Q3', '2025-Q3'],
    ['month to date', 'mtd'],
    ['Month-To-Date', 'mtd'],
    ['past 7 days', 'last_7_days'],
    ['previous quarter', 'last_quarter'],
    ['current week', 'this_week'],
    ['2025-1-5', '2025-01-05'],
    ['from 2025-01-01 to 2025-03-31', '2025-01-01..2025-03-31'],
    ['2025-01-01/2025-03-31', '2025-01-01..2025-03-31'],
    ['LAST 1 DAY', 'last_1_day'],
  ])('written "%s" is %s', (text, name) => {
    expect(parsePeriod(text, PACIFIC, NOW).name).toBe(name)
    expect(read(text)).toEqual(read(name))
  })

  it.each([
    ['2025-13', 'months 01 to 12'],
    ['2025-00', 'months 01 to 12'],
    ['2025-02-29', 'no 2025-02-29'],
    ['2025-Q5', 'Q1 to Q4'],
    ['2025-W53', 'W01 to W52'],
    ['2025-03-31..2025-01-01', 'ends before it begins'],
    ['2027', 'not begun yet'],
    ['2026-06-18', 'today is Wednesday 2026-06-17'],
    ['2026-07', 'not begun yet'],
    ['0000', '1970 to 2199'],
    ['last_0_days', '1 to 3660'],
    ['last_99999_days', '1 to 3660'],
    ['someday', '"someday" is not a period'],
    ['', 'is not a period'],
    ['2025-01-01..2025-02-01..2025-03-01', 'is not a period'],
    ['2025-01-01..', 'is not a period'],
    ["2025'; drop table orders", 'is not a period'],
    ['x'.repeat(10_000), 'is not a period'],
  ])('%s is refused in a sentence, with what is understood', (text, sentence) => {
    expect(() => parsePeriod(text, PACIFIC, NOW)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_ERROR',
        field: 'time_period',
        message: expect.stringContaining(sentence),
        constraint: expect.stringContaining('last_month'),
        hint: expect.stringContaining('last_N_days'),
      }),
    )
  })

  it.each([
    ['2026-06-13T20:00:00Z', 'Saturday'],
    ['2026-06-14T20:00:00Z', 'Sunday'],
  ])('on a weekend (%s, a %s) the last one is the one before', (now) => {
    expect(read('last_weekend', { now: Date.parse(now) })).toEqual([
      '2026-06-06T07:00:00Z',
      '2026-06-08T07:00:00Z',
      true,
    ])
  })

  it('understands every form that it names itself', () => {
    expect(PERIOD_FORMS.map((form) => parsePeriod(form, PACIFIC, NOW).name)).toEqual(PERIOD_FORMS)
  })
})

describe('days on which clocks change', () => {
  it.each([
    ['2026-03-08', '2026-03-08T08:00:00Z', '2026-03-09T07:00:00Z', 23],
    ['2026-11-01', '2026-11-01T07:00:00Z', '2026-11-02T08:00:00Z', 25],
  ])('%s has its own number of hours', (text, from, to, hours) => {
    const now = Date.parse('2026-12-01T00:00:00Z')

    expect(read(text, { now })).toEqual([from, to, true])
    expect((Date.parse(to) - Date.parse(from)) / 3_600_000).toBe(hours)
  })

  it.each([
    // Midnight of this day does not exist: clocks went from 24:00 to 1:00.
    ['America/Santiago', '2024-09-08', '2024-09-08T04:00:00Z', '2024-09-09T03:00:00Z'],
    ['Asia/Kolkata', '2024-02-29', '2024-02-28T18:30:00Z', '2024-02-29T18:30:00Z'],
    ['Australia/Lord_Howe', '2024-04-07', '2024-04-06T13:00:00Z', '2024-04-07T13:30:00Z'],
    ['Pacific/Kiritimati', '2026-06-17', '2026-06-16T10:00:00Z', '2026-06-17T10:00:00Z'],
    ['UTC', '2024-12-31', '2024-12-31T00:00:00Z', '2025-01-01T00:00:00Z'],
  ])('in %s, %s begins when its clocks say so', (timeZone, text, from, to) => {
    const now = Date.parse('2026-12-01T00:00:00Z')

    expect(read(text, { calendar: { ...PACIFIC, timeZone }, now })).toEqual([from, to, true])
  })

  it('hang together: each day ends where the next one begins, for two years', () => {
    const now = Date.parse('2026-12-01T00:00:00Z')
    const all = Array.from({ length: 731 }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10))
    const read = all.map((text) => parsePeriod(text, PACIFIC, now))

    expect(read.slice(1).filter(({ start }, i) => start !== read[i]?.end)).toEqual([])
  })

  it('today is the day of the store, not of UTC', () => {
    const evening = Date.parse('2026-06-18T05:00:00Z')

    expect(read('today', { now: evening })[0]).toBe('2026-06-17T07:00:00Z')
    expect(read('today', { now: evening, calendar: { ...PACIFIC, timeZone: 'Asia/Tokyo' } })[0]).toBe(
      '2026-06-17T15:00:00Z',
    )
  })

  it('a day that has only just begun is a period already', () => {
    const midnight = Date.parse('2026-06-17T07:00:00Z')

    expect(parsePeriod('today', PACIFIC, midnight)).toMatchObject({
      start: midnight,
      end: midnight + 1,
      isComplete: false,
    })
  })
})

describe('weeks and fiscal years', () => {
  it('weeks begin on the day that the company says', () => {
    const sunday = { ...PACIFIC, weekStart: 0 }

    expect(read('this_week', { calendar: sunday })[0]).toBe('2026-06-14T07:00:00Z')
    expect(read('last_week', { calendar: sunday }).slice(0, 2)).toEqual([
      '2026-06-07T07:00:00Z',
      '2026-06-14T07:00:00Z',
    ])
  })

  it.each([
    ['2025', '2025-02-01T08:00:00Z', '2026-02-01T08:00:00Z'],
    ['FY2025', '2025-02-01T08:00:00Z', '2026-02-01T08:00:00Z'],
    ['2025-Q4', '2025-11-01T07:00:00Z', '2026-02-01T08:00:00Z'],
    ['last_quarter', '2026-02-01T08:00:00Z', '2026-05-01T07:00:00Z'],
    ['this_quarter', '2026-05-01T07:00:00Z', SO_FAR],
    ['ytd', '2026-02-01T08:00:00Z', SO_FAR],
    ['last_year', '2025-02-01T08:00:00Z', '2026-02-01T08:00:00Z'],
    ['2025-06', '2025-06-01T07:00:00Z', '2025-07-01T07:00:00Z'],
  ])('with a fiscal year from February on, %s is', (text, from, to) => {
    expect(read(text, { calendar: { ...PACIFIC, fiscalYearStart: 2 } }).slice(0, 2)).toEqual([from, to])
  })

  it('before its first month, the fiscal year of the year before is running', () => {
    const january = Date.parse('2026-01-15T20:00:00Z')
    const fiscal = { ...PACIFIC, fiscalYearStart: 2 }

    expect(read('ytd', { calendar: fiscal, now: january })[0]).toBe('2025-02-01T08:00:00Z')
    expect(read('this_quarter', { calendar: fiscal, now: january })[0]).toBe('2025-11-01T07:00:00Z')
  })

  it('four quarters make a year, whichever month it begins in', () => {
    for (let fiscalYearStart = 1; fiscalYearStart <= 12; fiscalYearStart++) {
      const calendar = { ...PACIFIC, fiscalYearStart }
      const quarters = [1, 2, 3, 4].map((q) => parsePeriod(`2023-Q${q}`, calendar, NOW))
      const year = parsePeriod('2023', calendar, NOW)

      expect([quarters[0]?.start, quarters[3]?.end]).toEqual([year.start, year.end])
      expect(quarters.slice(1).map(({ start }) => start)).toEqual(quarters.slice(0, 3).map(({ end }) => end))
    }
  })
})

describe('a comparison', () => {
  it.each([
    ['last_month', 'previous_period', '2026-04-01T07:00:00Z 2026-05-01T07:00:00Z'],
    ['last_month', 'previous_year', '2025-05-01T07:00:00Z 2025-06-01T07:00:00Z'],
    ['2025-Q3', 'previous_period', '2025-04-01T07:00:00Z 2025-07-01T07:00:00Z'],
    ['2025-Q3', 'previous_year', '2024-07-01T07:00:00Z 2024-10-01T07:00:00Z'],
    ['2025', 'previous_period', '2024-01-01T08:00:00Z 2025-01-01T08:00:00Z'],
    ['last_week', 'previous_period', '2026-06-01T07:00:00Z 2026-06-08T07:00:00Z'],
    ['last_week', 'previous_year', '2025-06-09T07:00:00Z 2025-06-16T07:00:00Z'],
    ['last_7_days', 'previous_period', '2026-06-03T07:00:00Z 2026-06-10T07:00:00Z'],
    ['yesterday', 'previous_period', '2026-06-15T07:00:00Z 2026-06-16T07:00:00Z'],
    ['yesterday', 'previous_year', '2025-06-17T07:00:00Z 2025-06-18T07:00:00Z'],
    ['2026-03-08', 'previous_period', '2026-03-07T08:00:00Z 2026-03-08T08:00:00Z'],
    ['2025-01..2025-03', 'previous_period', '2024-10-01T07:00:00Z 2025-01-01T08:00:00Z'],
    ['2025-01-01..2025-03-31', 'previous_period', '2024-10-03T07:00:00Z 2025-01-01T08:00:00Z'],
    ['2025-01-01..2025-03-31', 'previous_year', '2024-01-01T08:00:00Z 2024-04-01T07:00:00Z'],
    ['2025-11-24..2025-11-30', 'previous_year', '2024-11-25T08:00:00Z 2024-12-02T08:00:00Z'],
    ['2025-W20..2025-W23', 'previous_year', '2024-05-13T07:00:00Z 2024-06-10T07:00:00Z'],
    ['2025-01-01..2025-07-01', 'previous_year', '2024-01-01T08:00:00Z 2024-07-02T07:00:00Z'],
    ['last_weekend', 'previous_period', '2026-06-06T07:00:00Z 2026-06-08T07:00:00Z'],
    ['last_weekend', 'previous_year', '2025-06-14T07:00:00Z 2025-06-16T07:00:00Z'],
    ['2024-02', 'previous_year', '2023-02-01T08:00:00Z 2023-03-01T08:00:00Z'],
  ] as const)('of %s with %s is a whole one', (text, kind, expected) => {
    expect(compare(text, kind)).toBe(expected)
  })

  it.each([
    ['mtd', 'previous_period', '2026-05-01T07:00:00Z 2026-05-17T20:05:00Z'],
    ['mtd', 'previous_year', '2025-06-01T07:00:00Z 2025-06-17T20:05:00Z'],
    ['qtd', 'previous_period', '2026-01-01T08:00:00Z 2026-03-17T20:05:00Z'],
    ['ytd', 'previous_period', '2025-01-01T08:00:00Z 2025-06-17T20:05:00Z'],
    ['this_week', 'previous_period', '2026-06-08T07:00:00Z 2026-06-10T20:05:00Z'],
    ['today', 'previous_period', '2026-06-16T07:00:00Z 2026-06-16T20:05:00Z'],
    ['today', 'previous_year', '2025-06-18T07:00:00Z 2025-06-18T20:05:00Z'],
  ] as const)('of %s, which still runs, with %s is cut at the same day and time', (text, kind, expected) => {
    expect(compare(text, kind)).toBe(expected)
  })

  it('takes all of a month that is shorter than what has passed', () => {
    const now = Date.parse('2026-03-30T20:00:00Z')

    expect(compare('mtd', 'previous_period', { now })).toBe('2026-02-01T08:00:00Z 2026-03-01T08:00:00Z')
    expect(compare('ytd', 'previous_year', { now: Date.parse('2028-02-29T20:00:00Z') })).toBe(
      '2027-01-01T08:00:00Z 2027-03-01T08:00:00Z',
    )
  })

  it('keeps the time of day when clocks have changed in between', () => {
    const now = Date.parse('2026-03-10T20:00:00Z')

    expect(compare('mtd', 'previous_period', { now })).toBe('2026-02-01T08:00:00Z 2026-02-10T21:00:00Z')
  })

  it('is none when none is wanted', () => {
    expect(compare('last_month', 'none')).toBeUndefined()
  })
})
