import { inTransaction, type OwnerPool } from '../sql/connect.ts'
import { AdvisedError } from './terminal/advised-error.ts'

/** The operator asked for something that cannot be done. */
export class AuditCommandError extends AdvisedError {}

export interface Verification {
  readonly findings: readonly { readonly seq: string; readonly finding: string }[]
  readonly entries: number
  /** `<seq>:<hash>` of the end: kept elsewhere, it shows later that nothing before it was cut off or written anew. */
  readonly anchor: string
}

/** Walks the whole chain; no findings means that every entry since the last pruning is there and as it was written. */
export async function verifyAudit(pool: OwnerPool, anchor?: string): Promise<Verification> {
  const named = anchor === undefined ? [null, null] : readAnchor(anchor)
  return inTransaction(pool, async (client) => {
    // One moment for all of it: entries arrive while this runs.
    await client.query('set transaction isolation level repeatable read, read only')
    const { rows } = await client.query('select seq::text, finding from app.audit_findings($1, $2)', named)
    const { rows: ends } = await client.query(
      `select last_seq || ':' || encode(last_hash, 'hex') as anchor, (select count(*) from app.audit_log)::text as entries
         from app.audit_head`,
    )
    return {
      findings: rows.map(({ seq, finding }) => ({ seq: String(seq), finding: String(finding) })),
      entries: Number(ends[0]?.entries ?? 0),
      anchor: String(ends[0]?.anchor ?? ''),
    }
  })
}

export interface ExportFilter {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly user?: string | undefined
}

const PAGE = 1_000

/** Writes entries as JSON lines, oldest first, with their place in the chain. */
export async function exportAudit(
  pool: OwnerPool,
  { from, to, user }: ExportFilter,
  write: (line: string) => void,
): Promise<void> {
  const filter = [readDate(from, '-infinity'), readDate(to, 'infinity'), readUser(user)]
  await inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only')
    for (let after = '0'; ; ) {
      const { rows } = await client.query(
        `select seq::text, (entry || jsonb_build_object('seq', seq, 'at', at, 'recorded_at', recorded_at,
                            'hash', encode(hash, 'hex')))::text as line
           from app.audit_log
          where seq > $1 and at >= $2::timestamptz and at < $3::timestamptz and ($4::uuid is null or user_id = $4::uuid)
          order by seq limit ${PAGE}`,
        [after, ...filter],
      )
      for (const { line } of rows) write(String(line))
      if (rows.length < PAGE) return
      after = String(rows.at(-1)?.seq)
    }
  })
}

/** Deletes what is older than so many days, from the oldest on; the chain begins behind it. Returns how many entries went. */
export async function pruneAudit(pool: OwnerPool, days: number): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query('select app.prune_audit(make_interval(days => $1::int))::text as pruned', [
      days,
    ])
    return Number(rows[0]?.pruned)
  })
}

function readAnchor(text: string): [seq: string, hash: string] {
  const [, seq, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined) {
    throw new AuditCommandError('The anchor is not understood.', 'It looks like 1234:<64 hexadecimal digits>.')
  }
  return [seq, hash]
}

function readDate(text: string | undefined, otherwise: string): string {
  if (text === undefined) return otherwise
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return `${text}T00:00:00Z`
  throw new AuditCommandError(`"${text.slice(0, 40)}" is not a date.`, 'Write it as 2026-01-31 (UTC).')
}

function readUser(text: string | undefined): string | null {
  if (text === undefined) return null
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text
  throw new AuditCommandError('--user wants the id of a user.', 'It looks like 11111111-1111-4111-8111-111111111111.')
}
