import { UnavailableError } from '../errors.ts'
import { type Asker, type AuditEntry, type CallRecord, toAuditEntry } from '../observe/audit.ts'
import { describeError, type Log } from '../observe/log.ts'
import type { Outbox } from './outbox.ts'

/** How long entries gather before they are delivered. */
const DELIVER_AFTER_S = 20
const LONGEST_WAIT_S = 900
/** More than this waits only when the database was away for days; then nothing is answered any more that could not be told. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

export interface AuditTrailOptions {
  readonly outbox: Outbox
  /** Waits until what was written is on disk. */
  readonly sync: () => Promise<void>
  /** Adds a batch to the trail in the database, and returns its anchor. */
  readonly send: (entries: readonly AuditEntry[]) => Promise<string>
  /** Sees to it that `deliver` is called after so many seconds, whatever happens to this object. */
  readonly schedule: (seconds: number) => Promise<void>
}

/** The audit trail of one session: durable before an answer leaves, in the database soon after. */
export interface AuditTrail {
  /** Throws `UnavailableError` when too much waits to be delivered. */
  demandRoom(): void
  /** Writes the entry of a call; when this returns it is on disk. */
  record(record: CallRecord, asker: Asker): Promise<void>
  /** Called by the schedule: delivers what waits; what fails is tried again, at growing distance. */
  deliver(log: Log): Promise<void>
  /** Delivers everything; throws when the database does not take it. */
  deliverAll(log: Log): Promise<void>
}

export function createAuditTrail({ outbox, sync, send, schedule }: AuditTrailOptions): AuditTrail {
  let isScheduled = false
  let failures = 0

  const scheduleOnce = async (seconds: number) => {
    if (isScheduled) return
    isScheduled = true
    await schedule(seconds)
  }

  const deliverAll = async (log: Log) => {
    for (let batch = outbox.takeOldest(); batch !== undefined; batch = outbox.takeOldest()) {
      const anchor = await send(batch.entries)
      outbox.forget(batch)
      // Out of the database's reach: with it, a tail that somebody cut off there can be shown to be missing.
      log.info('audit delivered', { count: batch.count, anchor })
    }
  }

  return {
    demandRoom() {
      if (outbox.bytes <= MAX_WAITING_BYTES) return
      throw new UnavailableError('The service cannot record questions at the moment, and so answers none.', {
        hint: 'Try again later.',
      })
    },
    async record(record, asker) {
      // First, so that an entry never lies there with nobody to deliver it.
      await scheduleOnce(DELIVER_AFTER_S)
      outbox.append(toAuditEntry(record, asker, crypto.randomUUID()))
      await sync()
    },
    async deliver(log) {
      isScheduled = false
      try {
        await deliverAll(log)
        failures = 0
      } catch (error) {
        failures += 1
        log.warning('audit not delivered, will be tried again', { error: describeError(error), count: failures })
        await scheduleOnce(Math.min(DELIVER_AFTER_S * 2 ** failures, LONGEST_WAIT_S))
      }
    },
    deliverAll,
  }
}
