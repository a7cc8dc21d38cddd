// What of WebAssembly is used here: TypeScript's own declarations come with all of the browser.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;
  /** `Exports`: the functions of the module's sources. */
  class Instance<Exports> {
    constructor(module: Module, imports: { env: { memory: Memory; minuteOf?: (id: number) => number } });
    readonly exports: Exports;
  }
  /** Thrown where the machine has no SIMD, and a module needs it. */
  class CompileError extends Error {}
}

declare module "*.wasm" {
  const bytes: Uint8Array;
  export default bytes;
}
