import type { Limit } from './orders.ts'

/** How PostgreSQL 18 words the end of a limit. */
export const EXPIRED = {
  statement_timeout: {
    severity: 'ERROR',
    code: '57014',
    message: 'canceling statement due to statement timeout',
  },
  transaction_timeout: {
    severity: 'FATAL',
    code: '25P04',
    message: 'terminating connection due to transaction timeout',
  },
} as const satisfies Record<Limit, { severity: string; code: string; message: string }>

/** The end of a WebSocket client that keeps a transaction open without using it. */
export const IDLE_IN_TRANSACTION = {
  severity: 'FATAL',
  code: '25P03',
  message: 'terminating connection due to idle-in-transaction timeout',
} as const

/** The same for one that keeps a session-level advisory lock. */
export const IDLE_WITH_LOCK = {
  severity: 'FATAL',
  code: '57P05',
  message: 'terminating connection due to idle-session timeout',
} as const
