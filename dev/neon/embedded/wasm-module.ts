import type { PGlite } from '@electric-sql/pglite'

/** The C functions and variables of the embedded Postgres that PGlite exports without declaring them. */
export interface WasmModule {
  /** Reassigned by the runtime whenever the heap grows: read it anew each time. */
  readonly HEAPU8: Uint8Array
  readonly _QueryCancelPending: number
  readonly _InterruptPending: number
  _SetUserIdAndSecContext(userId: number, context: number): void
  _ReadNextFullTransactionId(): bigint
  _find_option(name: number, createPlaceholder: number, skipErrors: number, level: number): number
  _IsTransactionBlock(): number
  stringToNewUTF8(text: string): number
  _free(pointer: number): void
}

/** Casts to what PGlite's own type leaves out; `open-cluster.ts` calls it once and a test covers every member. */
export function wasmModule(db: PGlite): WasmModule {
  return db.Module as unknown as WasmModule
}

export function readInt32(module: WasmModule, address: number): number {
  const { buffer, byteOffset } = module.HEAPU8
  return new DataView(buffer, byteOffset).getInt32(address, true)
}
