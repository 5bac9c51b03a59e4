/** What Node has of WebAssembly and its types leave out, as far as the Worker's code that runs in Node's tests uses it. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>
  class Instance {
    readonly exports: object
    constructor(module: Module, imports?: Imports)
  }
}
