// Loaded into the built program before it starts (node --import): its clock shows what the laboratory says, and it is killed with
// SIGKILL at its N-th change of the disk, before, within or after it. The program itself knows nothing of that.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { now, death } = JSON.parse(process.env.L2I_LABORATORY);

const started = performance.now();
Date.now = () => now + Math.floor(performance.now() - started);

let left = death?.change ?? Infinity;

function die() {
  process.kill(process.pid, "SIGKILL");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // nothing more happens, however late the signal comes
}

/**
 * `half`: how to do a part of the change; without it a change happens as a whole or not at all. `whole`: how to do it at once, where
 * it takes a callback.
 */
function wrap(object, name, { isChange = () => true, half = () => {}, whole = object[name] } = {}) {
  const act = object[name];
  object[name] = function (...given) {
    if (!isChange(...given) || left-- !== 0) return act.apply(this, given);
    if (death.when === "within") half(act, ...given);
    if (death.when === "after") whole.apply(this, given);
    return die();
  };
}

function wrapPromised(object, name, isChange = () => true) {
  const act = object[name];
  object[name] = async function (...given) {
    if (!isChange(...given) || left-- !== 0) return act.apply(this, given);
    if (death.when === "after") await act.apply(this, given);
    return die();
  };
}

const isMaking = (_, flags = "r") => (typeof flags === "number" ? (flags & fs.constants.O_CREAT) > 0 : flags !== "r");
const { fsyncSync, fdatasyncSync } = fs;
wrap(fs, "openSync", { isChange: isMaking });
wrap(fs, "appendFileSync", {
  half(append, file, data) {
    const bytes = Buffer.from(data);
    append(file, bytes.subarray(0, bytes.length >> 1));
  },
});
for (const name of ["ftruncateSync", "rmSync"]) wrap(fs, name);
wrap(fs, "fsync", { whole: (file) => fsyncSync(file) });
wrap(fs, "fdatasync", { whole: (file) => fdatasyncSync(file) });

wrapPromised(fs.promises, "open", isMaking);
for (const name of ["rename", "utimes"]) wrapPromised(fs.promises, name);
const handle = await fs.promises.open("/dev/null");
const handles = Object.getPrototypeOf(handle);
await handle.close();
wrapPromised(handles, "datasync");

syncBuiltinESMExports();
