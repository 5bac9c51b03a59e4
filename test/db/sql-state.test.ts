import { NeonDbError } from '@neondatabase/serverless'
import { describe, expect, it } from 'vitest'
import { isConnectionFailure, toAppError } from '../../src/db/sql-state.ts'
import { AuthorizationError, type ErrorCode } from '../../src/errors.ts'

/** What the driver throws for an answer of the database. */
function driverError(code: string | undefined, message = 'duplicate key (email)=(someone@else.example)'): NeonDbError {
  const error = new NeonDbError(message)
  if (code !== undefined) error.code = code
  return error
}

/** What the driver throws when the fetch itself fails. */
function fetchFailure(source: Error): NeonDbError {
  const error = new NeonDbError(`Error connecting to database: ${source.message}`)
  error.sourceError = source
  return error
}

const KINDS: readonly [sqlState: string, code: ErrorCode, retryable: boolean][] = [
  ['ZV001', 'DATABASE_ERROR', false],
  ['ZV002', 'DATABASE_ERROR', false],
  ['ZV003', 'AUTHORIZATION_ERROR', false],
  ['ZV004', 'DATABASE_ERROR', false],
  ['ZV005', 'DATABASE_ERROR', false],
  ['ZV006', 'DATABASE_ERROR', false],
  ['ZV008', 'DATABASE_ERROR', false],
  ['ZV022', 'RATE_LIMITED', true],
  ['57014', 'QUERY_TIMEOUT', false],
  ['25P04', 'QUERY_TIMEOUT', false],
  ['08006', 'UNAVAILABLE', true],
  ['53300', 'UNAVAILABLE', true],
  ['53200', 'UNAVAILABLE', true],
  ['57P01', 'UNAVAILABLE', true],
  ['55P03', 'UNAVAILABLE', true],
  ['40001', 'UNAVAILABLE', true],
  ['42501', 'DATABASE_ERROR', false],
  ['42703', 'DATABASE_ERROR', false],
  ['22012', 'DATABASE_ERROR', false],
  ['23505', 'DATABASE_ERROR', false],
  ['25006', 'DATABASE_ERROR', false],
  ['28P01', 'DATABASE_ERROR', false],
  ['XX000', 'DATABASE_ERROR', false],
]

describe('what a caller is told', () => {
  it.for(KINDS)('%s is %s', async ([sqlState, code, retryable]) => {
    const shown = toAppError(driverError(sqlState)).toPublic('r1')

    expect(shown).toMatchObject({ code, retryable })
    expect(JSON.stringify(shown)).not.toContain('someone@else.example')
  })

  it('a failed fetch and an answer without a SQLSTATE are unavailable', () => {
    expect(toAppError(fetchFailure(new TypeError('fetch failed'))).code).toBe('UNAVAILABLE')
    expect(toAppError(driverError(undefined, 'Server error (HTTP status 503): x')).code).toBe('UNAVAILABLE')
  })

  it('our own abort is a time-out, wherever the driver put it', () => {
    const abort = new DOMException('The deadline has passed.', 'TimeoutError')

    expect(toAppError(abort).code).toBe('QUERY_TIMEOUT')
    expect(toAppError(fetchFailure(abort)).code).toBe('QUERY_TIMEOUT')
  })

  it('an answer that is too large says so, and is no outage', () => {
    for (const status of [413, 507]) {
      const shown = toAppError(driverError(undefined, `Server error (HTTP status ${status}): too large`)).toPublic('r1')
      expect(shown).toMatchObject({ code: 'DATABASE_ERROR', retryable: false })
      expect(shown.message).toContain('too large')
    }
  })

  it('an error of ours passes unchanged; anything else is a database error without its words', () => {
    const ours = new AuthorizationError('No.')

    expect(toAppError(ours)).toBe(ours)
    expect(toAppError(new TypeError('secret words')).toPublic('r1').message).not.toContain('secret')
    expect(toAppError('secret words').code).toBe('DATABASE_ERROR')
  })

  it('what really happened stays with the error, for the log', () => {
    const cause = driverError('42501')

    expect(toAppError(cause).cause).toBe(cause)
  })
})

describe('whether the same batch may be sent again', () => {
  it.for(['08000', '08003', '08006', '57P01', '57P02', '57P03', '53300'])('%s: yes, nothing ran', (sqlState) => {
    expect(isConnectionFailure(driverError(sqlState))).toBe(true)
  })

  it.for(['57014', '25P04', '40001', '53200', '42501', '22012', 'ZV001', 'ZV004', 'XX000'])(
    '%s: no, a statement ran or would fail again',
    (sqlState) => {
      expect(isConnectionFailure(driverError(sqlState))).toBe(false)
    },
  )

  it('a failed fetch: yes; our own abort, an answer that was too large, a bug: no', () => {
    expect(isConnectionFailure(fetchFailure(new TypeError('fetch failed')))).toBe(true)
    expect(isConnectionFailure(fetchFailure(new DOMException('', 'TimeoutError')))).toBe(false)
    expect(isConnectionFailure(fetchFailure(new DOMException('', 'AbortError')))).toBe(false)
    expect(isConnectionFailure(driverError(undefined, 'Server error (HTTP status 507): too large'))).toBe(false)
    expect(isConnectionFailure(new TypeError('undefined is not a function'))).toBe(false)
  })
})
