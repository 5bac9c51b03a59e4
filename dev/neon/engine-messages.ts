/** What a local database's process and its parent say to each other (Node IPC, structured clone). */
import type { DemoOptions, DemoProgress, DemoSummary } from '../demo/load.ts'
import type { Credentials } from './credentials.ts'

/** Loads the demo data, or continues what is there. */
export type DemoTask =
  | { readonly act: 'load'; readonly options: DemoOptions }
  | { readonly act: 'top-up'; readonly options: { readonly now: Date } }

export type ToEngine = { readonly type: 'stop' } | { readonly type: 'demo'; readonly task: DemoTask }

export type FromEngine =
  /** A sentence for the person at the terminal. */
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'ready'; readonly port: number; readonly credentials: Credentials }
  | { readonly type: 'demo-progress'; readonly progress: DemoProgress }
  | { readonly type: 'demo-done'; readonly summary: DemoSummary }
  | { readonly type: 'demo-failed'; readonly message: string }
  /** The process ends after this. `kind` is the name of an error class. */
  | { readonly type: 'failed'; readonly kind: string; readonly message: string }
