import { expect, it } from 'vitest'
import operate from '../../docs/operate.md?raw'
import { SEVERITY } from '../../src/errors.ts'

it('docs/operate.md lists every code with the severity that its log line has', () => {
  const listed = [...operate.matchAll(/^\| `([A-Z]+(?:_[A-Z]+)?)` \| (low|medium|high|critical) \|/gm)]

  expect(Object.fromEntries(listed.map(([, code, severity]) => [code, severity]))).toEqual(SEVERITY)
})
