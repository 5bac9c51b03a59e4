import { describe, expect, test } from 'vitest'
import { createProgress } from '../../ops/terminal/progress.ts'

function record({ isTTY, columns }: { isTTY: boolean; columns?: number }) {
  const written: string[] = []
  const clock = { now: 0 }
  const stream = { isTTY, ...(columns === undefined ? {} : { columns }), write: (text: string) => written.push(text) }
  return { written, clock, progress: createProgress(stream, () => clock.now) }
}

const ERASE = '\r\u001b[2K'

describe('on a terminal', () => {
  test('draws a bar in place and ends with a line', () => {
    const { written, clock, progress } = record({ isTTY: true })

    const step = progress.step('Demo data', 'orders')
    clock.now = 100
    step.update(50_000, 200_000)
    step.end('loaded')

    expect(written).toEqual([
      `${ERASE}Demo data  …`,
      `${ERASE}Demo data  ██████░░░░░░░░░░░░░░░░░░  25 %  50,000 orders`,
      ERASE,
      'Demo data  loaded\n',
    ])
  })

  test('never goes back, even when the total grows', () => {
    const { written, clock, progress } = record({ isTTY: true })
    const step = progress.step('Load')

    clock.now = 100
    step.update(50, 100)
    clock.now = 200
    step.update(60, 1000)

    expect(written.at(-1)).toContain(' 50 %  60')
  })

  test('redraws at most every 80 ms', () => {
    const { written, clock, progress } = record({ isTTY: true })
    const step = progress.step('Load')

    for (clock.now = 100; clock.now < 110; clock.now++) step.update(clock.now, 200)

    expect(written).toHaveLength(2)
  })

  test('keeps within a narrow terminal', () => {
    const { written, clock, progress } = record({ isTTY: true, columns: 30 })
    const step = progress.step('Load')

    clock.now = 100
    step.update(1, 2)

    expect(written.at(-1)?.replace(ERASE, '')).toHaveLength(29)
  })

  test('puts other lines above the bar', () => {
    const { written, progress } = record({ isTTY: true })
    progress.step('Load')

    progress.line('a note')

    expect(written.at(-1)).toBe(`${ERASE}a note\nLoad       …`)
  })
})

describe('elsewhere', () => {
  test('writes plain lines at the quarters of long work', () => {
    const { written, clock, progress } = record({ isTTY: false })

    const step = progress.step('Load')
    clock.now = 5_000
    for (let done = 0; done <= 100; done += 10) step.update(done, 100)
    step.end('done')

    expect(written).toEqual(['Load       25 %\n', 'Load       50 %\n', 'Load       75 %\n', 'Load       done\n'])
  })

  test('writes the outcome only when the work is short', () => {
    const { written, progress } = record({ isTTY: false })

    const step = progress.step('Load')
    step.update(80, 100)
    step.end('done')

    expect(written).toEqual(['Load       done\n'])
  })
})
