#!/usr/bin/env node
// The door of the program: small, and CommonJS in dist/, because it is all of most runs. The rest is loaded where there is more to do.
import { quietRun } from "../quiet-run.ts";

if (!quietRun(process.argv.slice(2))) void import("./main.ts");
