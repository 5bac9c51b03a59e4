import { describe, expect, test } from 'vitest'
import { readStackOptions, stackOptionSpecs } from '../../dev/stack/options.ts'
import { helpText, parseArguments } from '../../ops/terminal/arguments.ts'

const read = (...args: string[]) => readStackOptions(parseArguments(args, stackOptionSpecs))

test.each([
  [['disconnect', '-Yab_c-d', '--url', 'x']],
  [['disconnect', '--url', 'x', '-Yab_c-d']],
  [['disconnect', '-Yab_c-d', '--url=x']],
])('an id may begin with a dash: %j', (args) => {
  const { words, values } = parseArguments(args, { url: { value: '<url>', help: '' } }, { maxWords: 2 })

  expect([words, values]).toEqual([['disconnect', '-Yab_c-d'], { url: 'x' }])
})

describe('the options of npm start', () => {
  test('have defaults', () => {
    expect(read()).toEqual({ port: 8787, dataDir: undefined, size: undefined, databaseUrl: undefined, reset: false })
  })

  test('are read', () => {
    expect(read('--port', '9000', '--data=.data/x', '--size', 'small', '--reset')).toEqual({
      port: 9000,
      dataDir: '.data/x',
      size: 'small',
      databaseUrl: undefined,
      reset: true,
    })
  })

  test('take a server, whose password no message repeats', () => {
    const url = 'postgresql://postgres:secret@127.0.0.1:5432/zava'

    expect(read('--database-url', url).databaseUrl).toBe(url)
    expect(() => read('--database-url', 'mysql://root:secret@db')).toThrow(
      /^--database-url must look like [^t]*postgresql:/,
    )
    expect(() => read('--database-url', 'mysql://root:secret@db')).not.toThrow(/root/)
  })

  test.each([
    [['--prot', '1'], 'There is no option --prot; there are --port, --data, --size, --database-url, --reset.'],
    [['--port'], '--port needs a value: --port <number>'],
    [['--port', 'x'], '--port must be a whole number from 1 to 65535, not "x".'],
    [['--port', '70000'], '--port must be a whole number from 1 to 65535, not "70000".'],
    [['--size', 'huge'], '--size must be one of small, full, xl, not "huge".'],
    [['--reset=yes'], '--reset takes no value.'],
    [['8080'], '"8080" is not understood; there are --port,'],
    [['--toString', '1'], 'There is no option --toString;'],
  ])('refuse %j with one sentence', (args, sentence) => {
    expect(() => read(...args)).toThrow(sentence)
  })

  test('are listed by --help', () => {
    const help = helpText('npm start -- [options]', stackOptionSpecs)

    expect(help.split('\n')).toHaveLength(2 + Object.keys(stackOptionSpecs).length)
    expect(help).toContain('--size small|full|xl  ')
  })
})
