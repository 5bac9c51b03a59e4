import { describe, expect, it } from 'vitest'
import { calendarDay, dayOfDate, dayOfInstant, instantText } from '../../dev/demo/calendar.ts'

describe('the calendar of the stores', () => {
  it('agrees with the time zone database at noon of every day until 2030', () => {
    const clock = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/Los_Angeles',
      dateStyle: 'short',
      timeStyle: 'medium',
    })

    for (let day = 0; day <= dayOfDate('2030-12-31'); day++) {
      const { year, month, dayOfMonth, startsAt } = calendarDay(day)
      const date = `${year}-${String(month + 1).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`
      expect(clock.format(new Date((startsAt + 12 * 3600) * 1000))).toBe(`${date} 12:00:00`)
    }
  })

  it('finds the day of its first and its last second', () => {
    const first = calendarDay(2517).startsAt

    expect(dayOfInstant(first)).toBe(2517)
    expect(dayOfInstant(first - 1)).toBe(2516)
    expect(instantText(first)).toBe('2026-11-22T08:00:00Z')
  })
})
