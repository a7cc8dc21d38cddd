// Makes the page of `l2i report`, for the build and for the tests, which run the sources: script and style in one file, and a policy
// that lets nothing else run or load. All it lacks is the data.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The page in two parts: what stands before the data, and what stands behind. */
export async function buildPage() {
  const [page, licence, code, style] = await Promise.all([
    readFile(here("page.html"), "utf8"),
    readFile("node_modules/uplot/LICENSE", "utf8"),
    bundled("main.ts"),
    bundled("page.css"),
  ]);
  const script = `/* With uPlot:\n${licence}*/\n${code}`;
  // No word of the page may stand for another, so each is put in once, by a function.
  const filled = page
    .replace("{style}", () => style)
    .replace("{script}", () => script)
    .replace("{policy}", policyFor(script, style));
  return filled.split("{data}");
}

async function bundled(name) {
  const { outputFiles } = await build({
    entryPoints: [here(name)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome111", "firefox114", "safari16.4"],
    legalComments: "none",
    logLevel: "warning",
  });
  const text = outputFiles[0].text.trim();
  if (text.includes("</")) throw new Error(`${name} would end its own element`);
  return text;
}

/** Nothing runs but this script, nothing styles but this style, nothing is fetched, and no text can become markup. */
function policyFor(script, style) {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
