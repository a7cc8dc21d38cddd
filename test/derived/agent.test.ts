// What user agents say of themselves, the real ones of logs and those that somebody made to take long.
import { expect, test } from "vitest";
import { Agents } from "../../src/derived/agent.ts";
import { detectFormat } from "../../src/format/find-format.ts";
import { hasSharedData, sharedLog, sharedLogs } from "../format/shared-data.ts";

const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each<[userAgent: string, said: string]>([
  [`${windows} ${webkit} Chrome/131.0.0.0 Safari/537.36`, "Chrome, Windows"],
  [`${windows} ${webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`, "Microsoft Edge, Windows"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox, Linux"],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "Safari, macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/123.0.6312.52 Mobile/15E148 Safari/604.1",
    "Chrome, iOS",
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${webkit} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
    "Samsung Internet for Android, Android",
  ],
  ["Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "Internet Explorer, Windows"],
  [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/140.0.0.0 Safari/537.36`, "other, Linux, bot"],
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "other, other, bot"],
  ["curl/7.88.1", "other, other, bot"],
  ["check_http/v2.3 (nagios-plugins)", "other, other, bot"],
  ["Made-up browser of a stranger/1.0 (x)", "other, other"],
  ["__proto__/1.0", "other, other, bot"],
  ["\u001b[2J", "other, other"],
  ["", "other, other"],
])("%s", (userAgent, said) => {
  const { browser, os, bot } = new Agents().of(userAgent);
  expect([browser, os, ...(bot ? ["bot"] : [])].join(", ")).toBe(said);
});

const bodies = [
  "a",
  " ",
  "/",
  "a/1 ",
  "(",
  "Mozilla/5.0 ",
  "bot ",
  "Version/1 Chrome/1 ",
  "Android ",
  "like Gecko ",
  "MSIE ",
  "@",
  "Windows NT ",
];

test("64 KiB of anything take no time, and a million different ones no memory", () => {
  const agents = new Agents();
  const began = performance.now();
  for (const body of bodies) agents.of(`Mozilla/5.0 ${body.repeat(65_536 / body.length)}`);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test.runIf(hasSharedData)("nearly all agents of real logs are understood, and robots are told apart", () => {
  const agents = new Agents();
  const counts = { agents: 0, bots: 0, unknownBrowsers: 0, unknownSystems: 0 };
  for (const path of [...sharedLogs("apache-combined"), ...sharedLogs("nginx-combined")])
    for (const userAgent of userAgentsIn(sharedLog(path))) {
      const { browser, os, bot } = agents.of(userAgent);
      counts.agents++;
      counts.bots += Number(bot);
      counts.unknownBrowsers += Number(!bot && browser === "other");
      counts.unknownSystems += Number(!bot && os === "other");
    }
  expect(counts.bots / counts.agents).toBeGreaterThan(0.2);
  expect(counts.unknownBrowsers / counts.agents).toBeLessThan(0.01);
  expect(counts.unknownSystems / counts.agents).toBeLessThan(0.01);
});

function* userAgentsIn(log: string): Generator<string> {
  const text = log.slice(0, log.lastIndexOf("\n") + 1);
  const parser = detectFormat(text.slice(0, 64 * 1024))?.parser(["userAgent"]);
  if (!parser) return;
  for (let start = 0; start < text.length; start = text.indexOf("\n", start) + 1) {
    const userAgent = parser.parse(text, start)?.userAgent;
    if (userAgent) yield userAgent;
  }
}
