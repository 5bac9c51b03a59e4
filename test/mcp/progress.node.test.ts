import type { ServerContext } from '@modelcontextprotocol/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withProgress } from '../../src/mcp/progress.ts'

/** A request whose client asked for progress, or not; collects what it is told. */
function request(progressToken: string | undefined) {
  const told: unknown[] = []
  const mcpReq = {
    _meta: progressToken === undefined ? {} : { progressToken },
    notify: async (notification: unknown) => {
      told.push(notification)
    },
  }
  return { context: { mcpReq } as unknown as ServerContext, told }
}

const takes = (milliseconds: number) => () =>
  new Promise<string>((resolve) => setTimeout(() => resolve('done'), milliseconds))

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells every two seconds how long the work goes on, until it is done', async () => {
    const { context, told } = request('p1')

    const work = withProgress(context, 'Sales report', takes(5_000))
    await vi.advanceTimersByTimeAsync(20_000)

    expect(await work).toBe('done')
    expect(told).toEqual(
      [2, 4].map((seconds) => ({
        method: 'notifications/progress',
        params: {
          progressToken: 'p1',
          progress: seconds,
          message: `Sales report: working for ${seconds} seconds`,
        },
      })),
    )
  })

  it.each([
    ['the work is done within two seconds', 'p1', 1_500],
    ['nobody asked for it', undefined, 9_000],
  ])('says nothing when %s', async (_when, token, milliseconds) => {
    const { context, told } = request(token)

    const work = withProgress(context, 'Sales report', takes(milliseconds))
    await vi.advanceTimersByTimeAsync(20_000)

    expect(await work).toBe('done')
    expect(told).toEqual([])
  })

  it('stops telling when the work fails', async () => {
    const { context, told } = request('p1')

    const work = withProgress(context, 'Sales report', async () => {
      throw new Error('no')
    })

    await expect(work).rejects.toThrow('no')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(told).toEqual([])
  })
})
