// The way from the door of the executable to the rest of the program, which lies in it with what V8 made of it at the build, so
// that little is left to compile.
import { createRequire } from "node:module";
import { getAsset } from "node:sea";
import { Script } from "node:vm";

const asset = (name: string): Buffer => Buffer.from(getAsset(name));
const program = new Script(asset("main.cjs").toString("latin1"), {
  filename: process.execPath,
  cachedData: asset("main.cache"),
});
program.runInThisContext()(createRequire(process.execPath));
