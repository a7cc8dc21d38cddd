/** The WebAssembly module. */
export function compileKernel(): Promise<Uint8Array>;
