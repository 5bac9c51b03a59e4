import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exportAudit, pruneAudit, verifyAudit } from '../../ops/audit-commands.ts'
import type { OwnerPool } from '../../sql/connect.ts'
import { appendAudit } from '../../src/db/audit.ts'
import { type AuditEntry, toAuditEntry } from '../../src/observe/audit.ts'
import { engines, openScratch, type Scratch } from '../sql/node/scratch.ts'

const SOMEBODY = '11111111-1111-4111-8111-111111111111'

describe.for(engines)('the audit trail on the %s engine', (engine) => {
  let scratch: Scratch
  let pool: OwnerPool

  beforeAll(async () => {
    scratch = await openScratch(engine)
    pool = scratch.openPool()
  })
  afterAll(async () => {
    await pool?.end()
    await scratch?.close()
  })
  beforeEach(async () => {
    await tamper('delete from app.audit_log')
    await tamper(
      `update app.audit_head set last_seq = 0, pruned_seq = 0, last_hash = sha256('zava audit'), pruned_hash = sha256('zava audit')`,
    )
  })

  it('is whole, entry by entry, when nobody touched it', async () => {
    const anchor = await append(3)

    expect(await verifyAudit(pool)).toEqual({ findings: [], entries: 3, anchor })
    expect(await verifyAudit(pool, anchor)).toMatchObject({ findings: [] })
  })

  it('keeps an entry once however often it is sent, alone or among others', async () => {
    const entries = [entry(), entry(), entry()]

    await appendAudit(options(), entries.slice(0, 2))
    await Promise.all([appendAudit(options(), entries), appendAudit(options(), entries)])

    expect(await verifyAudit(pool)).toMatchObject({ findings: [], entries: 3 })
  })

  it.for([
    [
      'an entry that was changed',
      `update app.audit_log set entry = jsonb_set(entry, '{rows}', '0') where seq = 2`,
      [2, /changed/],
    ],
    ['an entry that was taken out', 'delete from app.audit_log where seq = 2', [2, /missing: 1 entries/]],
    [
      'a time that was changed',
      `update app.audit_log set recorded_at = now() - interval '1 day' where seq = 3`,
      [3, /changed/],
    ],
    ['the end, cut off', 'delete from app.audit_log where seq > 2', [3, /the end is missing: the head names entry 4/]],
  ] as const)('shows %s', async ([, sql, [seq, finding]]) => {
    await append(4)

    await tamper(sql)

    const { findings } = await verifyAudit(pool)
    expect(findings).toEqual([{ seq: String(seq), finding: expect.stringMatching(finding) }])
  })

  it('shows by an anchor what was cut off, or written anew, together with the head', async () => {
    const anchor = await append(4)
    await tamper('delete from app.audit_log where seq > 2')
    await tamper(
      'update app.audit_head set (last_seq, last_hash) = (select seq, hash from app.audit_log where seq = 2)',
    )

    const silent = await verifyAudit(pool)
    const cut = await verifyAudit(pool, anchor)
    await append(2)
    const anew = await verifyAudit(pool, anchor)

    expect(silent.findings).toEqual([])
    expect(cut.findings).toEqual([{ seq: '3', finding: 'the end is missing: the anchor names entry 4' }])
    expect(anew.findings).toEqual([{ seq: '4', finding: expect.stringContaining('written anew') }])
  })

  it('loses what is older than it is kept, stays whole behind it', async () => {
    await append(2)
    await tamper(`update app.audit_log set recorded_at = now() - interval '401 days'`)
    await tamper(
      `update app.audit_log l set hash = app.audit_hash((select pruned_hash from app.audit_head), seq, entry_id, recorded_at, entry) where seq = 1`,
    )
    await tamper(
      `update app.audit_log l set hash = app.audit_hash((select hash from app.audit_log where seq = 1), seq, entry_id, recorded_at, entry) where seq = 2`,
    )
    await tamper('update app.audit_head set last_hash = (select hash from app.audit_log where seq = 2)')
    await append(2)

    const pruned = await pruneAudit(pool, 400)
    const after = await verifyAudit(pool)
    const nothingMore = await pruneAudit(pool, 400)
    await append(1)

    expect([pruned, nothingMore]).toEqual([2, 0])
    expect(after).toMatchObject({ findings: [], entries: 2 })
    expect(await verifyAudit(pool)).toMatchObject({ findings: [], entries: 3 })
    await expect(pruneAudit(pool, 7)).rejects.toMatchObject({ code: '22023' })
  })

  it('is exported as JSON lines, of a time and a user', async () => {
    await appendAudit(options(), [
      entry({ startedAt: Date.UTC(2026, 0, 1), userId: SOMEBODY }),
      entry({ startedAt: Date.UTC(2026, 0, 2), userId: SOMEBODY }),
      entry({ startedAt: Date.UTC(2026, 0, 2) }),
    ])
    const lines: Record<string, unknown>[] = []

    await exportAudit(pool, { from: '2026-01-02', to: '2026-01-03', user: SOMEBODY }, (line) =>
      lines.push(JSON.parse(line)),
    )

    expect(lines).toMatchObject([{ seq: 2, user_id: SOMEBODY, tool: 'a_tool', arguments: '{"sql":"select 1"}' }])
    await expect(exportAudit(pool, { from: 'soon' }, () => {})).rejects.toThrow('"soon" is not a date.')
  })

  it('keeps what was written before entries told their stores whole', async () => {
    await append(1)
    await tamper(`update app.audit_log set entry = entry - 'stores' - 'stores_version'`)
    await tamper(
      `update app.audit_log set hash = app.audit_hash(sha256('zava audit'), seq, entry_id, recorded_at, entry)`,
    )
    await tamper('update app.audit_head set last_hash = (select hash from app.audit_log)')

    await append(1)

    expect(await verifyAudit(pool)).toMatchObject({ findings: [], entries: 2 })
  })

  it('cannot be read, changed or fed by the service beside its one function', async () => {
    await append(1)
    const tries = [
      ['select * from app.audit_log'],
      ['set transaction read write', 'delete from app.audit_log'],
      [
        'set transaction read write',
        `insert into app.audit_log (seq, entry_id, recorded_at, entry, hash) values (9, gen_random_uuid(), now(), '{}', sha256(''))`,
      ],
      ['set transaction read write', 'update app.audit_head set last_seq = 0'],
      ['set transaction read write', `select api.append_audit('[]', 'a1.w1.9999999999.${'0'.repeat(64)}')`],
      [`select app.prune_audit('30 days')`],
    ]

    for (const statements of tries) {
      await expect(scratch.service.run(statements, { readOnly: false }), statements.join('; ')).rejects.toThrow()
    }
    expect(await verifyAudit(pool)).toMatchObject({ findings: [], entries: 1 })
  })

  it('is what the commands say as npm runs them: whole with an anchor, or the finding and a failing exit', async () => {
    await append(3)
    const whole = await runScript('verify')
    const anchor = /anchor elsewhere: (\S+)/.exec(whole)?.[1] ?? 'none'
    const pruned = await runScript('prune')
    await tamper('delete from app.audit_log where seq = 2')
    const broken = await runScript('verify', '--anchor', anchor)

    expect(whole).toMatch(/^0: The audit trail is whole: 3 entries\./)
    expect(pruned).toMatch(/^0: 0 entries older than 400 days deleted\./)
    expect(broken).toMatch(/^1: entry 2: missing: 1 entries/)
  }, 120_000)

  const options = () => ({
    url: scratch.serviceUrl,
    endpoint: scratch.endpoint,
    key: scratch.key,
    now: () => Date.now(),
  })

  const append = (count: number) =>
    appendAudit(
      options(),
      Array.from({ length: count }, () => entry()),
    )

  /** The exit code, and what was said. */
  async function runScript(...args: string[]): Promise<string> {
    const script = fileURLToPath(new URL('../../ops/audit.ts', import.meta.url))
    const env = { ...process.env, DATABASE_OWNER_URL: scratch.ownerUrl, DATABASE_ENDPOINT: scratch.endpoint }
    return promisify(execFile)(process.execPath, [script, ...args], { env }).then(
      ({ stdout }) => `0: ${stdout}`,
      ({ code, stdout, stderr }) => `${code}: ${stdout}${stderr}`,
    )
  }

  /** What only the owner can do, with the guard against accidents taken away first. */
  async function tamper(sql: string): Promise<void> {
    await scratch.owner.run(
      [
        'alter table app.audit_log disable trigger audit_log_is_append_only',
        sql,
        'alter table app.audit_log enable trigger audit_log_is_append_only',
      ],
      { readOnly: false },
    )
  }
})

function entry({ startedAt = Date.now(), userId = randomUUID() } = {}): AuditEntry {
  return toAuditEntry(
    {
      tool: 'a_tool',
      args: { sql: 'select 1' },
      outcome: 'answered',
      rows: 5,
      bytes: 10,
      startedAt,
      endedAt: startedAt + 3,
    },
    { userId, clientId: 'c', session: 's', requestId: 'r' },
    randomUUID(),
  )
}
