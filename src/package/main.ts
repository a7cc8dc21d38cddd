// The way from the door of the npm package to the rest of the program, which lies beside it with what V8 made of it at the build. Another
// Node than the build's does not take that, and compiles what it needs.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

/** Of the program and what was made of it; another build has another one, so they fit each other while files are being replaced. */
declare const programName: string;

const filename = join(__dirname, `parts/${programName}.cjs`);
const cache = join(__dirname, `parts/${programName}.cache`);
const program = new Script(readFileSync(filename, "latin1"), {
  filename,
  ...(existsSync(cache) && { cachedData: readFileSync(cache) }),
});
program.runInThisContext()(createRequire(filename), pathToFileURL(filename).href);
