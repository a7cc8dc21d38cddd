// The way from the door of the executable to the rest of the program, which lies in it with what V8 made of it at the build, so
// that little is left to compile.
import { createRequire } from "node:module";
import { getAsset } from "node:sea";
import { Script } from "node:vm";

const program = new Script(getAsset("main.cjs", "utf8"), {
  filename: process.execPath,
  cachedData: Buffer.from(getAsset("main.cache")),
});
program.runInThisContext()(createRequire(process.execPath));
