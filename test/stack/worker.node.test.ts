import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createLineCleaner } from '../../dev/stack/worker-log.ts'
import { toEnvFile } from '../../dev/stack/worker-variables.ts'

describe('the log of the Worker', () => {
  function clean(...pieces: string[]): string[] {
    const lines: string[] = []
    const write = createLineCleaner((line) => lines.push(line))
    for (const piece of pieces) write(piece)
    return lines
  }

  test('is JSON again, whatever wrangler paints around a warning', () => {
    const framed =
      '\u001b[33m▲ \u001b[43;33m[\u001b[43;30mWARNING\u001b[43;33m]\u001b[0m \u001b[1m{"level":"warning"}\u001b[0m\n\n\n'

    expect(clean(framed)).toEqual(['{"level":"warning"}\n'])
  })

  test('puts lines together that arrive in pieces', () => {
    expect(clean('{"a"', ':1}\n{"b"', ':2}\n')).toEqual(['{"a":1}\n', '{"b":2}\n'])
  })

  test('keeps wrangler’s own errors', () => {
    expect(clean('✘ [ERROR] Build failed with 1 error:\n')).toEqual(['✘ [ERROR] Build failed with 1 error:\n'])
  })
})

describe('the file of variables', () => {
  test('is read back unchanged', () => {
    const variables = { A: 'postgresql://u:p-_@127.0.0.1/db', B: 'two words # and "quotes"', C: '' }

    expect(parseEnv(toEnvFile(variables))).toEqual(variables)
  })

  test.each(["it's", '$HOME', 'a\\b', 'a\nb'])('refuses %j, which it could not carry', (value) => {
    expect(() => toEnvFile({ SECRET: value })).toThrow('SECRET holds a character')
    expect(() => toEnvFile({ SECRET: value })).not.toThrow(value)
  })
})
