// Memory that is shared with the kernel: handed out piece by piece while a reader is made, and never given back.
// The arrays are other ones each time that it grows.

const pageLength = 64 * 1024;
/** The kernel takes address 0 for "none". */
const firstAddress = 1024;
const alignment = 16;

const modules = new Map<Uint8Array, WebAssembly.Module | null>();

/** Compiled once; null where there is no WebAssembly at all (--jitless), or not what the module needs of it, such as SIMD. */
export function moduleOf(bytes: Uint8Array): WebAssembly.Module | null {
  let module = modules.get(bytes);
  if (module === undefined) modules.set(bytes, (module = compiled(bytes)));
  return module;
}

function compiled(bytes: Uint8Array): WebAssembly.Module | null {
  if (typeof WebAssembly === "undefined") return null;
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return null;
    throw error;
  }
}

export class Memory {
  readonly wasm = new WebAssembly.Memory({ initial: 1 });
  bytes = Buffer.from(this.wasm.buffer);
  words = new Int32Array(this.wasm.buffer);
  doubles = new Float64Array(this.wasm.buffer);
  #next = firstAddress;

  /** Address of so many bytes, all 0. */
  take(length: number): number {
    const address = this.#next;
    this.#next += Math.ceil(length / alignment) * alignment;
    const missing = this.#next - this.wasm.buffer.byteLength;
    if (missing > 0) {
      this.wasm.grow(Math.ceil(missing / pageLength));
      this.bytes = Buffer.from(this.wasm.buffer);
      this.words = new Int32Array(this.wasm.buffer);
      this.doubles = new Float64Array(this.wasm.buffer);
    }
    return address;
  }

  /** Address of a copy. */
  put(data: Uint8Array | Int32Array): number {
    const address = this.take(data.byteLength);
    this.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
    return address;
  }

  /** Bytes [begin, end) as Latin-1. */
  textOf(begin: number, end: number): string {
    return this.bytes.toString("latin1", begin, end);
  }
}
