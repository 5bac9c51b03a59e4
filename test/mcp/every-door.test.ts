import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  AppError,
  AuthorizationError,
  CancelledError,
  ClosedDataError,
  DatabaseError,
  type ErrorLevel,
  type ErrorSeverity,
  NotFoundError,
  QueryRejectedError,
  QueryTimeoutError,
  RateLimitedError,
  UnavailableError,
  UnexpectedError,
  ValidationError,
} from '../../src/errors.ts'
import { type Line, listenToConsole } from '../support/console.ts'
import { difference, readSamples } from '../support/samples.ts'
import { type Door, openDoors } from './doors.ts'

/** Everything that a cause might hold and that nobody outside may see. */
const INSIDE = [
  'duplicate key value violates unique constraint "orders_pkey"',
  'select inner_block from tenancy.signing_keys',
  'postgresql://zava_mcp:hunter2@ep-cool-sun.neon.tech/retail',
  'at attempt (/srv/app/src/db/database.ts:99:7)',
].join(' ')
const LEAK = /duplicate key|orders_pkey|signing_keys|hunter2|neon\.tech|zava_mcp|\.ts:\d+|\bat \w+ \(|cause|stack/

const cause = new Error(INSIDE)
const report = { code: '23505', message: INSIDE, position: '7', inner: { position: '1', text: INSIDE } }
const words = { cause, hint: 'Do something else.' }

type Thrown = readonly [
  name: string,
  thrown: unknown,
  code: string,
  level: ErrorLevel,
  severity: ErrorSeverity,
  retryable: boolean,
]

/** One of every class there is; what is not an AppError stands for our bugs and the platform's. */
const THROWN: readonly Thrown[] = [
  ['a bug', new TypeError(INSIDE), 'MCP_ERROR', 'error', 'critical', false],
  ['a thrown text', INSIDE, 'MCP_ERROR', 'error', 'critical', false],
  ['a cancelled call', new CancelledError(cause), 'MCP_ERROR', 'info', 'low', true],
  ['a failed query', new DatabaseError('It failed.', { ...words, report }), 'DATABASE_ERROR', 'error', 'high', false],
  [
    'a slow query',
    new QueryTimeoutError('It took too long.', { ...words, report }),
    'QUERY_TIMEOUT',
    'error',
    'medium',
    false,
  ],
  ['a missing right', new AuthorizationError('Not yours.', words), 'AUTHORIZATION_ERROR', 'warning', 'medium', false],
  ['closed data', new ClosedDataError({ cause, report }), 'AUTHORIZATION_ERROR', 'warning', 'medium', false],
  [
    'a bad argument',
    new ValidationError('Bad.', { ...words, field: 'store', constraint: 'short' }),
    'VALIDATION_ERROR',
    'warning',
    'low',
    false,
  ],
  [
    'a refused query',
    new QueryRejectedError('No.', { ...words, line: 1, column: 2 }),
    'QUERY_REJECTED',
    'warning',
    'low',
    false,
  ],
  ['a thing that is gone', new NotFoundError('Gone.', words), 'NOT_FOUND', 'warning', 'low', false],
  ['a caller in a hurry', new RateLimitedError('Slow down.', words), 'RATE_LIMITED', 'warning', 'medium', true],
  ['a service that is away', new UnavailableError('Away.', words), 'UNAVAILABLE', 'error', 'high', true],
]
const CODES = [
  'MCP_ERROR',
  'DATABASE_ERROR',
  'AUTHORIZATION_ERROR',
  'QUERY_TIMEOUT',
  'VALIDATION_ERROR',
  'NOT_FOUND',
  'RATE_LIMITED',
  'QUERY_REJECTED',
  'UNAVAILABLE',
]

let thrown: unknown
let doors: readonly Door[] = []
beforeAll(async () => {
  doors = await openDoors(() => thrown)
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('every code of the closed set is thrown here', () => {
  expect(new Set(THROWN.map(([, , code]) => code))).toEqual(new Set(CODES))
})

describe.each(THROWN)('%s', (_name, error, code, level, severity, retryable) => {
  it(`is ${code} at every door, in one shape, and nothing from inside crosses`, async () => {
    thrown = error
    listenToConsole()

    for (const { name, ask, takeWire } of doors) {
      const shown = shapeOf(await ask().catch((failure: unknown) => failure))
      const wire = await takeWire()

      const { field: _, constraint: __, ...common } = shown
      expect(Object.keys(common).sort(), name).toEqual(
        ['code', 'hint', 'message', 'request_id', 'retryable'].filter((key) => key !== 'hint' || 'hint' in common),
      )
      expect(shown, name).toMatchObject({ code, retryable })
      expect('field' in shown, name).toBe(code === 'VALIDATION_ERROR')
      expect(wire, name).toContain(code)
      expect(wire, name).not.toMatch(LEAK)
      expect(wire, name).not.toContain('structuredContent')
    }
  })

  it(`is logged once at level ${level}, severity ${severity}, and counted once, whatever the door`, async () => {
    thrown = error
    for (const { name, operation, ask, takeWire } of doors) {
      const before = await readSamples()
      const lines = listenToConsole()
      await ask().catch(() => {})
      await takeWire()
      const told = lines.filter(({ fields }) => fields.message === `failed: ${code}`)
      vi.restoreAllMocks()
      const moved = difference(before, await readSamples())

      expect(
        told.map(({ fields }) => fields.level),
        name,
      ).toEqual([level])
      expect(told[0]?.fields, name).toMatchObject({ code, severity, operation })
      expect(
        Object.entries(moved).filter(([key]) => key.startsWith('operation_error')),
        name,
      ).toEqual([[`operation_error{operation="${operation}",type="${code}"}`, 1]])
      expect(moved[`operation_success{operation="${operation}"}`], name).toBeUndefined()
      checkStack(told, level, error)
    }
  })
})

/** The stack is for whoever must mend it; a caller's own mistake needs none, and the log quotes nobody. */
function checkStack(lines: readonly Line[], level: ErrorLevel, error: unknown): void {
  const described = (lines[0]?.fields.error ?? {}) as { stack?: string; cause?: { stack?: string } }
  expect(described.stack !== undefined).toBe(level === 'error')
  if (!(error instanceof AppError) && error instanceof Error) expect(described.cause?.stack).toBe(error.stack)
  expect(new UnexpectedError('r', error).message).not.toContain('hunter2')
}

/** The error in its one shape: a tool's text block and `_meta`, JSON-RPC's `data`, or HTTP's body. */
function shapeOf(answer: unknown): Record<string, unknown> {
  const { isError, content, _meta, structuredContent, data, error } = answer as {
    isError?: boolean
    content?: { text: string }[]
    _meta?: Record<string, unknown>
    structuredContent?: unknown
    data?: Record<string, unknown>
    error?: Record<string, unknown>
  }
  if (isError === true) {
    const block = JSON.parse(content?.[0]?.text ?? 'null') as Record<string, unknown>
    expect(content).toHaveLength(1)
    expect(_meta?.['zava/error']).toEqual(block)
    expect(structuredContent).toBeUndefined()
    return block
  }
  return data ?? error ?? { answer: String(answer) }
}
