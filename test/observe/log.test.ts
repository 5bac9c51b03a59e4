import { afterEach, expect, it, vi } from 'vitest'
import { AuthorizationError, DatabaseError, UnexpectedError, ValidationError } from '../../src/errors.ts'
import { createLog, describeError, type LogFields } from '../../src/observe/log.ts'
import { listenToConsole } from '../support/console.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

it('writes one line of JSON per event, with time, level, logger and message first', () => {
  const lines = listenToConsole()

  createLog('info').with({ request_id: 'r-1' }).warning('something "odd"\nhappened', { milliseconds: 7 })

  expect(lines).toHaveLength(1)
  expect(lines[0]?.text).not.toContain('\n')
  expect(Object.keys(lines[0]?.fields ?? {})).toEqual([
    'time',
    'level',
    'logger',
    'message',
    'request_id',
    'milliseconds',
  ])
  expect(lines[0]?.fields).toMatchObject({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    level: 'warning',
    logger: 'zava',
    message: 'something "odd"\nhappened',
  })
})

it.each([
  ['debug', 4],
  ['info', 3],
  ['warning', 2],
  ['error', 1],
] as const)('at level %s writes %i of four', (level, count) => {
  const lines = listenToConsole()
  const log = createLog(level)

  log.debug('a')
  log.info('b')
  log.warning('c')
  log.error('d')

  expect(lines).toHaveLength(count)
})

it('drops every field that is not on the list, and SQL above debug', () => {
  const lines = listenToConsole()
  const careless = {
    email: 'manager@zava.example',
    token: 'eyJ…',
    sql: 'select 1',
    query_hash: 'abcdef01',
  } as LogFields

  createLog('info').error('x', careless)
  createLog('debug').error('x', careless)

  expect(lines[0]?.text).not.toMatch(/zava\.example|eyJ|select/)
  expect(lines[0]?.fields).toMatchObject({ query_hash: 'abcdef01' })
  expect(lines[1]?.fields).toMatchObject({ sql: 'select 1' })
})

it('tells the field of a caller’s mistake and not what they wrote', () => {
  const mistake = new ValidationError('There is no store "Joan’s secret".', { field: 'store', constraint: 'any of: …' })
  const refusal = new AuthorizationError('Not for Joan.')

  expect(describeError(mistake)).toEqual({ name: 'ValidationError', code: 'VALIDATION_ERROR', field: 'store' })
  expect(describeError(refusal)).toEqual({ name: 'AuthorizationError', code: 'AUTHORIZATION_ERROR' })
})

it('tells where a bug was thrown, not only where it was caught', () => {
  const bug = new TypeError('x is not a function')

  const { stack, cause } = describeError(new UnexpectedError('r', bug)) as Record<string, unknown>

  expect(stack).toContain('UnexpectedError')
  expect(cause).toMatchObject({ name: 'TypeError', message: 'x is not a function', stack: bug.stack })
})

it('keeps the driver’s words out, whatever they quote', () => {
  const driver = Object.assign(new Error('duplicate key (email)=(joan@x.example)'), {
    name: 'NeonDbError',
    code: '23505',
  })

  const described = JSON.stringify(describeError(new DatabaseError('It failed.', { cause: driver })))

  expect(described).toContain('23505')
  expect(described).not.toContain('joan')
})
