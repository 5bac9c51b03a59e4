/**
 * `npm run audit -- verify | export | prune`: what an operator does with the audit trail, as the database's owner; the service
 * itself can only add to it.
 */
import { AuditCommandError, exportAudit, pruneAudit, verifyAudit } from './audit-commands.ts'
import { findOwnerDatabase, OWNER_OPTIONS, withOwnerPool } from './owner-database.ts'
import { wholeNumber } from './terminal/arguments.ts'
import { runScript } from './terminal/run-script.ts'

const RETENTION_DAYS = 400

await runScript(
  {
    usage: 'npm run audit -- <verify | export | prune> [options]',
    options: {
      anchor: { value: '<seq:hash>', help: 'verify: an anchor printed earlier, or found in the log of the service' },
      from: { value: '<date>', help: 'export: first day, for example 2026-01-31' },
      to: { value: '<date>', help: 'export: day behind the last one' },
      user: { value: '<uuid>', help: 'export: of one user only' },
      days: { value: '<n>', help: `prune: how long entries are kept (default ${RETENTION_DAYS}, at least 30)` },
      ...OWNER_OPTIONS,
    },
    maxWords: 1,
  },
  async (parsed) => {
    const [command] = parsed.words
    const { values } = parsed
    const database = await findOwnerDatabase(parsed)
    return withOwnerPool(database, async (pool) => {
      if (command === 'verify') {
        const { findings, entries, anchor } = await verifyAudit(pool, values.anchor)
        for (const { seq, finding } of findings) console.error(`entry ${seq}: ${finding}`)
        if (findings.length > 0) return 1
        console.log(`The audit trail is whole: ${entries} entries.\nKeep this anchor elsewhere: ${anchor}`)
      } else if (command === 'export') {
        await exportAudit(pool, values, (line) => console.log(line))
      } else if (command === 'prune') {
        const days = wholeNumber('days', values.days ?? String(RETENTION_DAYS), [30, 36_500])
        console.log(`${await pruneAudit(pool, days)} entries older than ${days} days deleted.`)
      } else {
        throw new AuditCommandError(`"${command ?? ''}" is not understood.`, 'Say verify, export or prune.')
      }
      return 0
    })
  },
)
