import { readInt32, type WasmModule } from './wasm-module.ts'

/** Reads the current value of an integer setting, at any moment, even in the middle of a statement. */
export type LiveSetting = () => number

// How far into `struct config_int` the pointer to the variable is looked for, in bytes.
const RECORD_BYTES = 256

/**
 * Finds where Postgres keeps an integer setting. Reading memory costs nothing and is safe while a statement is
 * interrupted, which no SQL and no C function is. The place is not guessed: it is the pointer in the setting's record
 * whose target follows two values that were just set.
 *
 * @param set runs `set name = value`
 */
export function liveSetting(module: WasmModule, name: string, set: (value: number) => void): LiveSetting {
  const text = module.stringToNewUTF8(name)
  const record = module._find_option(text, 0, 1, 0)
  module._free(text)

  const targets: number[] = []
  for (let offset = 0; offset < RECORD_BYTES; offset += 4) targets.push(readInt32(module, record + offset))
  const follows = (value: number) => {
    set(value)
    return (address: number) =>
      address > 0 && address + 4 < module.HEAPU8.length && readInt32(module, address) === value
  }
  const [address] = targets.filter(follows(1_234_567)).filter(follows(7_654_321))
  set(0)

  if (record === 0 || address === undefined) throw new Error(`the setting ${name} was not found in memory`)
  return () => readInt32(module, address)
}
