import { UnavailableError } from '../errors.ts'
import type { Log } from '../observe/log.ts'
import { decodeObjects } from './decode.ts'
import { type Query, query, type RawResult } from './query.ts'

/** Databases whose posture this isolate has seen to be safe, by connection string. */
const safe = new Set<string>()

/** The statement that looks for whatever makes the database unsafe to answer from; no rows is what it should return. */
export function postureQuery(keyId: string): Query {
  return query`select area, finding from api.posture(${keyId})`
}

/** Whether this isolate must still check the database behind `url` before it gives an answer from it. */
export function needsPosture(url: string): boolean {
  return !safe.has(url)
}

/** One thing that makes the database unsafe; for operators only. */
export interface Finding {
  readonly area: string
  readonly finding: string
}

/** The database is not safe to answer from; `findings` are for operators and the log. */
export class UnsafePostureError extends UnavailableError {
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super('The service is not set up safely and gives no answers.', {
      hint: 'Whoever runs it finds the reason in its log.',
    })
    this.findings = findings
  }
}

/** Remembers a safe posture; logs the findings of an unsafe one, which is checked again, and throws `UnsafePostureError`. */
export function judgePosture(url: string, result: RawResult, log: Log): void {
  const findings = decodeObjects(result).map(({ area, finding }) => ({ area: String(area), finding: String(finding) }))
  if (findings.length === 0) {
    if (!safe.has(url)) log.info('startup complete', { posture: 'safe' })
    safe.add(url)
    return
  }
  safe.delete(url)
  log.error('refusing to serve: the database is not safe to answer from', { findings })
  throw new UnsafePostureError(findings)
}
