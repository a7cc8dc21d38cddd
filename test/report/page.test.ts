// The page of `l2i report` in a real Chromium, made of a log that strangers filled with all that might become markup or run.
import axe from "axe-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Desk, linesOf } from "../cli/desk.ts";
import { expectPrintable } from "../cli/program.ts";
import { type Chromium, startChromium, type Tab } from "../servers/chromium.ts";

/** What each would do where it ran is to set `attacked`, or to ask a network for something. */
const attacks = [
  "<script>attacked=1</script>",
  "</script><script>attacked=1</script>",
  "</SCRIPT ><svg/onload=attacked=1>",
  "<!--<script>attacked=1",
  "--><img src=x onerror=attacked=1>",
  "<img src=http://127.0.0.1:9/pixel.png>",
  "<iframe srcdoc='<script>parent.attacked=1</script>'></iframe>",
  "</title></style></textarea></noscript><body onload=attacked=1>",
  "<style>@import'http://127.0.0.1:9/style.css';</style>",
  "<base href=http://127.0.0.1:9/>",
  "<meta http-equiv=refresh content=0;url=http://127.0.0.1:9/>",
  "javascript:attacked=1",
  "'-attacked=1-'",
  "\\x22;attacked=1;//",
  "${attacked=1}{{attacked=1}}",
  "]]><x:script xmlns:x=http://www.w3.org/1999/xhtml>attacked=1</x:script>",
  "\\xe2\\x80\\xa8attacked=1//\\xe2\\x80\\xa9",
  "\\xe2\\x80\\xaetxt.exe\\xe2\\x81\\xa6",
  "\\x00\\x1b[31m\\x08\\x7f\\xc2\\x9b2J",
  "__proto__",
  "constructor",
  "{data}",
  "$&$'$`$1",
  "&lt;script&gt;&#60;&quot;",
  "%3Cscript%3Eattacked=1%3C/script%3E",
  "<b>".repeat(200),
];

function attackLines(): string[] {
  return attacks.flatMap((attack, index) => {
    const [minute, bare] = [String(index).padStart(2, "0"), attack.replaceAll('"', "")];
    const line = (uri: string, status: number, referrer: string, agent: string, user = "-"): string =>
      `192.0.2.7 - ${user} [26/Oct/2025:02:${minute}:00 +0200] "GET ${uri} HTTP/1.1" ${status} 512 "${referrer}" "${agent}" 4200\n`;
    return [
      line(`/${bare}/x`, 404, "-", "curl/8"),
      line(`/downloads/${bare}`, 200, bare, `Googlebot ${bare}`),
      line(`/${bare}?${bare}`, 500, bare, `spider ${bare}`, bare.replaceAll(" ", "+")),
      `${bare} is no line of a log\n`,
      `192.0.2.7 - - [26/Oct/2025:02:${minute}:01 +0200] "${bare}" 400 0 "-" "-" 7\n`,
    ];
  });
}

const desktop = { width: 1280, height: 900, scheme: "light" } as const;

let chromium: Chromium;
beforeAll(async () => void (chromium = await startChromium()));
afterAll(() => chromium?.[Symbol.asyncDispose]());

/** Of a page that is made of these lines. */
async function withPage(
  name: string,
  lines: readonly string[],
  look: (tab: Tab) => Promise<void>,
  format = "combined_elapsed",
): Promise<void> {
  using desk = new Desk().write(name, lines.join(""));
  expect(await desk.l2i(["report", name, "--format", format, "-o", "report.html"])).toMatchObject({
    code: 0,
    stderr: "",
  });
  const tab = await chromium.open(desk.path("report.html"), desktop);
  await look(tab);
  expect(tab.complaints).toEqual([]);
  expect(tab.requests.map((url) => url.replace(/^data:.*/, "data:"))).toEqual([
    expect.stringMatching(/^file:.*\/report\.html$/),
  ]);
}

/** What axe-core finds wrong for those who see or hear a page otherwise. */
async function violations(tab: Tab): Promise<string[]> {
  await tab.evaluate(`${axe.source};0`);
  return tab.evaluate(
    "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))",
  );
}

const textOf = (tab: Tab, selector: string): Promise<string> =>
  tab.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`);

test("what strangers wrote is text, and nothing of it runs or is fetched", async () => {
  await withPage(
    "<img src=x onerror=attacked=1>.log",
    [...linesOf("apache-combined-elapsed.log"), ...attackLines()],
    async (tab) => {
      await tab.evaluate("document.querySelectorAll('summary, .more').forEach((each) => each.click())");
      await tab.settle();
      const elements = await tab.evaluate<string[]>(
        "[...new Set([...document.querySelectorAll('*')].map(({ localName }) => localName))]",
      );
      expect(elements).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(?:img|iframe|base|x:script|textarea)$/)]),
      );
      expect(await tab.evaluate("document.scripts.length")).toBe(2);
      expect(await tab.evaluate("typeof attacked")).toBe("undefined");
      expect(await textOf(tab, "h1")).toBe("<img src=x onerror=attacked=1>.log");
      const text = await textOf(tab, "body");
      const expected = [
        "/<script>attacked=1<",
        "/--><img src=x onerror=attacked=1>",
        "GET /${attacked=*}{{attacked=*}}/x",
        "$&$'$`$1",
        "__proto__ is no line of a log",
        "/\\u2028attacked=1",
        "<!--<script>attacked=1 is no line of a log",
      ];
      expect(expected.filter((each) => !text.includes(each))).toEqual([]);
      expectPrintable({ code: 0, stdout: text.replaceAll("\t", " "), stderr: "" });
    },
  );
});

test("nothing can become markup, even where the page itself had a mistake", async () => {
  await withPage("access.log", attackLines(), async (tab) => {
    const tried = await tab.evaluate<string[]>(`[
      () => document.body.insertAdjacentHTML("beforeend", "<img src=x>"),
      () => (document.body.innerHTML = "<b>x</b>"),
      () => (document.createElement("script").text = "attacked=1"),
      () => eval("attacked=1"),
    ].map((attempt) => { try { attempt(); return "went through"; } catch (error) { return error.name; } })`);
    expect(tried).toEqual(["TypeError", "TypeError", "TypeError", "EvalError"]);
    expect(await tab.evaluate("fetch('data:,x').then(() => 'went through', () => 'refused')")).toBe("refused");
    tab.complaints.length = 0; // those were ours
  });
});

test.each([
  ["on a desk, in light", desktop],
  ["on a telephone, in dark", { width: 390, height: 800, scheme: "dark" }],
] as const)("axe-core finds no violation %s", async (_, screen) => {
  await withPage("access.log", [...linesOf("apache-combined-elapsed.log"), ...attackLines()], async (tab) => {
    await tab.resize(screen);
    await tab.evaluate("document.querySelectorAll('summary, .more').forEach((each) => each.click())");
    await tab.settle();
    expect(await violations(tab)).toEqual([]);
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBe(screen.width);
  });
});

const shown = (tab: Tab): Promise<string> => textOf(tab, "#showing");

test("a click filters, a drag zooms, and so do keys", async () => {
  await withPage("access.log", linesOf("apache-combined-elapsed.log"), async (tab) => {
    expect(await shown(tab)).toMatch(/^288 requests · 2025-10-26 00:40:05 – 01:56:00 UTC$/);
    await tab.click("#classes button:nth-child(3)");
    expect(await shown(tab)).toMatch(/^\d+ requests · 4xx · /);
    await tab.click("#routes tbody tr:first-child button");
    expect(await shown(tab)).toMatch(/ · 4xx · \/\w+ · /);
    await tab.click("#reset");
    expect(await shown(tab)).toMatch(/^288 requests · /);

    await tab.drag("#requests-chart .u-over", 0.2, 0.5);
    expect(await shown(tab)).not.toContain("00:40:05");
    const zoomed = await shown(tab);
    await tab.evaluate("document.querySelector('#requests-chart').focus()");
    await tab.key("ArrowRight");
    expect(await shown(tab)).not.toBe(zoomed);
    await tab.key("0");
    expect(await shown(tab)).toMatch(/^288 requests · /);
  });
});

test("beside the cursor stands what is there", async () => {
  await withPage("access.log", linesOf("apache-combined-elapsed.log"), async (tab) => {
    const first = linesOf("apache-combined-elapsed.log").filter((line) => /:02:40:[0-2]\d \+0200\]/.test(line)).length;
    await tab.hover("#requests-chart .u-over", 0.002);
    const note = await textOf(tab, "#requests-chart .note");
    expect(note).toMatch(/^2025-10-26 00:40:00 – 00:40:30\n/);
    expect(note).toContain(`\nrequests\n${first}\n`);
  });
});

test("a log that tells little makes a page that says so", async () => {
  await withPage(
    "access.log",
    linesOf("apache-common.log"),
    async (tab) => {
      const text = await textOf(tab, "body");
      for (const said of [
        "No line tells how long a request took",
        "No user agent in the log is that of a robot",
        "288 requests",
      ])
        expect(text).toContain(said);
    },
    "common",
  );
  await withPage("access.log", ["what is this?\n"], async (tab) => {
    expect(await textOf(tab, "header")).toContain("no request · 1 line, 1 rejected");
    expect(await textOf(tab, "main")).toContain("1 of 1 lines (100 %) did not match the format");
    expect(await violations(tab)).toEqual([]);
  });
});
