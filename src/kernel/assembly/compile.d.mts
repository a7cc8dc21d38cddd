/** The WebAssembly module in place of which `NAME.wasm` is imported. */
export function compileModule(name: string): Promise<Uint8Array>;
