/** What dev/vendor-parser.ts writes into `parser/`: not committed, therefore declared here. */
declare module '*/pgquery.js' {
  /** The part of Emscripten's module object that we use; addresses are bytes in the module's memory. */
  export interface PgQueryModule {
    readonly HEAPU8: Uint8Array
    lengthBytesUTF8(text: string): number
    stringToUTF8(text: string, address: number, capacity: number): void
    UTF8ToString(address: number): string
    getValue(address: number, type: 'i32'): number
    _malloc(bytes: number): number
    _free(address: number): void
    _wasm_parse_query_raw(address: number): number
    _wasm_free_parse_result(address: number): void
  }

  export interface PgQueryOptions {
    print(line: string): void
    printErr(line: string): void
    instantiateWasm(imports: object, done: (instance: object) => void): object
  }

  export default function createPgQuery(options: PgQueryOptions): Promise<PgQueryModule>
}

declare module '*/pgquery.wasm' {
  const module: WebAssembly.Module
  export default module
}
