import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import type { LogRecord } from "../../src/format/record.ts";
import { loadPipeline, pipelineNames } from "../../src/pipeline/builtin.ts";
import { emptyRecord, itConforms, optionsOf } from "./conformance.ts";

describe("the list", () => {
  it("holds every file", () => {
    const files = readdirSync(new URL("../../src/pipeline/builtin", import.meta.url));
    expect(files.toSorted()).toEqual(pipelineNames.map((name) => `${name}.ts`).toSorted());
  });

  it.each([
    ["reqests", 'there is no pipeline "reqests"; did you mean "requests"?'],
    ["Errors", 'there is no pipeline "Errors"; did you mean "errors"?'],
    [
      "nonsense",
      'there is no pipeline "nonsense"; choose one of requests, latency, sizes, errors, downloads, uploads, instances, crawlers',
    ],
    ["__proto__", 'there is no pipeline "__proto__"; choose one of requests'],
  ])("refuses %s with the way out", async (name, message) => {
    const loaded = loadPipeline(name);
    await expect(loaded).rejects.toThrow(message);
    await expect(loaded).rejects.toMatchObject({ code: "usage", exitCode: 2 });
  });
});

const pipelines = await Promise.all(pipelineNames.map((name) => loadPipeline(name)));
describe.each(pipelines.map((pipeline) => ({ name: pipeline.name, pipeline })))("$name", ({ name, pipeline }) => {
  it("is what its name says", async () => expect(pipeline).toBe(await loadPipeline(name)));
  itConforms(pipeline);
  it("never looks at the time, since an answer is remembered for all lines that differ in it alone", () => {
    const request = { method: "GET", uri: "/downloads/a.zip", bytes: 5, elapsedUs: 7, userAgent: "Googlebot/2.1" };
    const [options, answers] = [optionsOf(pipeline), new Set<unknown>()];
    for (const status of [200, 404, 500])
      for (const method of ["GET", "POST", "PUT"]) {
        const record = { ...emptyRecord, ...request, level: "error", message: "x", method, status };
        const timed = Object.defineProperty(record, "time", {
          get() {
            throw new Error("it looked at the time");
          },
        });
        answers.add(pipeline.categorize(timed, options));
      }
    expect(answers.size).toBeGreaterThan(1);
  });
});

describe("instances by virtual host", async () => {
  itConforms(await loadPipeline("instances"), { instance: "vhost", uris: "/health*,*a*b*c*", clients: ["10.*"] });
});

type Case = [name: string, record: Partial<LogRecord>, answer: string | null, set?: Record<string, unknown>];

/** Answers as `name=value` pairs, as short as they can be read. */
async function answerOf(pipelineName: string, record: Partial<LogRecord>, set?: Record<string, unknown>) {
  const pipeline = await loadPipeline(pipelineName);
  const answer = pipeline.categorize({ ...emptyRecord, ...record }, optionsOf(pipeline, set));
  return (
    answer &&
    Object.entries(answer)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")
  );
}

function itAnswers(pipelineName: string, cases: Case[]): void {
  it.each(cases)(`${pipelineName}: %s`, async (_, record, answer, set) => {
    expect(await answerOf(pipelineName, record, set)).toBe(answer);
  });
}

const get = (uri: string, status = 200): Partial<LogRecord> => ({ method: "GET", uri, status });

describe("answers", () => {
  itAnswers("requests", [
    ["a usual one", get("/"), "method=GET status=200"],
    ["WebDAV", { method: "PROPFIND", status: 207 }, "method=PROPFIND status=207"],
    ["a method that is none", { method: "FOO", status: 400 }, "method=invalid status=400"],
    ["small letters", { method: "get", status: 200 }, "method=invalid status=200"],
    ["garbage", { method: null, status: 400 }, "method=invalid status=400"],
    ["no status", { method: "GET", status: null }, "method=GET status=none"],
    ["a name of every object", { method: "constructor", status: 400 }, "method=invalid status=400"],
  ]);

  itAnswers("latency", [
    ["within the first bucket", { uri: "/a/b", elapsedUs: 1 }, "route=a elapsed=0.005"],
    ["on a bound", { uri: "/a/b", elapsedUs: 5000 }, "route=a elapsed=0.005"],
    ["above a bound", { uri: "/a/b", elapsedUs: 5001 }, "route=a elapsed=0.01"],
    ["very slow", { uri: "/", elapsedUs: 1e9 }, "route=/ elapsed=+Inf"],
    ["no time taken", { uri: "/", elapsedUs: null }, null],
    ["no path", { uri: null, elapsedUs: 0 }, "route=invalid elapsed=0.005"],
    ["buckets as text", { uri: "/", elapsedUs: 150_000 }, "route=/ elapsed=0.2", { buckets: "0.1,0.2" }],
    ["buckets as a list", { uri: "/", elapsedUs: 150_000 }, "route=/ elapsed=0.2", { buckets: ["0.1", "0.2"] }],
    ["one bucket as a number", { uri: "/", elapsedUs: 150_000 }, "route=/ elapsed=+Inf", { buckets: 0.1 }],
  ]);

  itAnswers("sizes", [
    ["a page", { uri: "/a", bytes: 5000 }, "route=a size=10000"],
    ["nothing", { uri: "/a", bytes: 0 }, "route=a size=0"],
    ["a dash, which means nothing", { uri: "/a", bytes: null }, "route=a size=0"],
    ["on a bound", { uri: "/a", bytes: 1000 }, "route=a size=1000"],
    ["a film", { uri: "/a", bytes: 5e9 }, "route=a size=+Inf"],
    ["own buckets", { uri: "/a", bytes: 5 }, "route=a size=10", { buckets: "1,10" }],
  ]);

  itAnswers("sizes", [
    ["root with a query", { uri: "/?a=/b" }, "route=/ size=0"],
    ["a query", { uri: "/a?b" }, "route=a size=0"],
    ["a fragment", { uri: "/a#b" }, "route=a size=0"],
    ["parameters", { uri: "/a;jsessionid=1" }, "route=a size=0"],
    ["double slashes", { uri: "//a//b" }, "route=a size=0"],
    ["a raw space", { uri: "/a b/c" }, "route=a b size=0"],
    ["a raw line end", { uri: "/a\nb c=1i" }, "route=a size=0"],
    ["a URL of a proxy", { uri: "HTTP://example.com:80/a/b" }, "route=a size=0"],
    ["a URL without a path", { uri: "http://example.com" }, "route=/ size=0"],
    ["OPTIONS *", { uri: "*" }, "route=* size=0"],
    ["CONNECT", { uri: "example.com:443" }, "route=invalid size=0"],
    ["empty", { uri: "" }, "route=invalid size=0"],
    ["UTF-8", { uri: "/straße/x" }, "route=straße size=0"],
  ]);

  itAnswers("errors", [
    ["no error", get("/", 399), null],
    ["no status", { method: "GET", uri: "/", status: null }, null],
    ["an id", get("/users/123?x=1", 404), "status=404 route=users fingerprint=GET /users/*"],
    ["root", get("/?x", 500), "status=500 route=/ fingerprint=GET /"],
    ["garbage", { status: 400 }, "status=400 route=invalid fingerprint=invalid"],
    ["a method that is none", { method: "X", uri: "/a", status: 501 }, "status=501 route=a fingerprint=invalid /a"],
    ["a version", get("/v2/users", 500), "status=500 route=v2 fingerprint=GET /v2/users"],
    ["a UUID", get("/a/550e8400-e29b-41d4-a716-446655440000/b", 500), "status=500 route=a fingerprint=GET /a/*/b"],
    [
      "a UUID in capitals",
      get("/550E8400-E29B-41D4-A716-446655440000.png", 500),
      "status=500 route=550E8400-E29B-41D4-A716-446655440000.png fingerprint=GET /*.png",
    ],
    ["a hash in a name", get("/s/app.3f2a9bc1.js", 404), "status=404 route=s fingerprint=GET /s/app.*.js"],
    [
      "a date",
      get("/blog/2015/05/a-title-with-words-and-more", 404),
      "status=404 route=blog fingerprint=GET /blog/*/*/a-title-with-words-and-more",
    ],
    ["a number in a name", get("/img/logo-2023.png", 404), "status=404 route=img fingerprint=GET /img/logo-*.png"],
    ["a token", get("/t/dGhpcyBpcyBh-_G9uZyB0b2tlbg", 403), "status=403 route=t fingerprint=GET /t/*"],
    ["a very long word", get(`/t/${"a".repeat(40)}`, 403), "status=403 route=t fingerprint=GET /t/*"],
    ["a word of hex letters", get("/facade/decade", 404), "status=404 route=facade fingerprint=GET /facade/decade"],
    ["percent-encoding", get("/a%20b%2e%2e/12", 404), "status=404 route=a%20b%2e%2e fingerprint=GET /a%20b%2e%2e/*"],
    ["a URL of a proxy", get("http://evil.example/x/1", 404), "status=404 route=x fingerprint=GET /x/*"],
    [
      "a long path",
      get(`/x${"/abc".repeat(100)}`, 404),
      `status=404 route=x fingerprint=GET /x${"/abc".repeat(100).slice(0, 118)}*`,
    ],
  ]);

  itAnswers("downloads", [
    ["a file", get("/downloads/a/b.zip?x"), "file=a/b.zip status=200"],
    ["a part of a file", get("/downloads/b.zip", 206), "file=b.zip status=206"],
    ["not modified", get("/downloads/b.zip", 304), null],
    ["the folder", get("/downloads/"), null],
    ["a folder below", get("/downloads/a/"), null],
    ["elsewhere", get("/other/b.zip"), null],
    ["HEAD", { ...get("/downloads/b.zip"), method: "HEAD" }, null],
    ["garbage", { status: 200 }, null],
    ["a URL of a proxy", get("http://h/downloads/b.zip"), "file=b.zip status=200"],
    ["another folder", get("/files/b.zip"), "file=b.zip status=200", { prefix: "/files" }],
    ["not a folder of the same beginning", get("/files-old/b.zip"), null, { prefix: "/files" }],
    ["everything", get("/b.zip"), "file=b.zip status=200", { prefix: "/" }],
  ]);

  itAnswers("uploads", [
    ["POST", { method: "POST", uri: "/api/x", status: 201, bytes: 12 }, "route=api status=201 size=1000"],
    ["PUT", { method: "PUT", uri: "/f", status: null, bytes: null }, "route=f status=none size=0"],
    ["PATCH", { method: "PATCH", uri: "/f", status: 200, bytes: 1e12 }, "route=f status=200 size=+Inf"],
    ["GET", get("/f"), null],
    ["DELETE", { method: "DELETE", uri: "/f", status: 200 }, null],
    ["garbage", { status: 400 }, null],
  ]);

  const browser = {
    userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    clientIp: "192.0.2.7",
    vhost: "Shop.Example",
  };
  itAnswers("instances", [
    ["a customer", { ...get("/shop1/cart"), ...browser }, "instance=shop1 origin=customer status_class=2xx"],
    [
      "check_http",
      { ...get("/shop1/"), userAgent: "check_http/v2.3.3 (monitoring-plugins 2.3.3)" },
      "instance=shop1 origin=monitor status_class=2xx",
    ],
    [
      "UptimeRobot",
      { ...get("/"), userAgent: "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)" },
      "instance=/ origin=monitor status_class=2xx",
    ],
    ["kube-probe", { ...get("/x", 500), userAgent: "kube-probe/1.29" }, "instance=x origin=monitor status_class=5xx"],
    [
      "a load balancer",
      { ...get("/x", 302), userAgent: "ELB-HealthChecker/2.0" },
      "instance=x origin=monitor status_class=3xx",
    ],
    [
      "a second segment",
      { ...get("/app/shop1/cart"), ...browser },
      "instance=shop1 origin=customer status_class=2xx",
      { instance: "2" },
    ],
    [
      "a segment too few",
      { ...get("/app"), ...browser },
      "instance=/ origin=customer status_class=2xx",
      { instance: 2 },
    ],
    [
      "a virtual host",
      { ...get("/app"), ...browser },
      "instance=shop.example origin=customer status_class=2xx",
      { instance: "vhost" },
    ],
    [
      "no virtual host",
      { ...get("/app"), ...browser, vhost: null },
      "instance=none origin=customer status_class=2xx",
      { instance: "vhost" },
    ],
    ["nothing at all", {}, "instance=invalid origin=customer status_class=none"],
    [
      "a monitor by address",
      { ...get("/a"), ...browser },
      "instance=a origin=monitor status_class=2xx",
      { clients: "198.51.100.1,192.0.2.*" },
    ],
    [
      "a monitor by the first of several addresses",
      { ...get("/a"), ...browser, clientIp: "10.0.0.1, 192.0.2.1" },
      "instance=a origin=monitor status_class=2xx",
      { clients: "10.0.0.1" },
    ],
    [
      "a monitor by path",
      { ...get("/a/Health?x"), ...browser },
      "instance=a origin=monitor status_class=2xx",
      { uris: ["*/health*"] },
    ],
    [
      "own agents instead of the known",
      { ...get("/a"), userAgent: "check_http" },
      "instance=a origin=customer status_class=2xx",
      { agents: "mine" },
    ],
    [
      "no agents",
      { ...get("/a"), userAgent: "check_http" },
      "instance=a origin=customer status_class=2xx",
      { agents: "" },
    ],
  ]);

  itAnswers("crawlers", [
    ["a browser", { ...browser, status: 200 }, null],
    ["no user agent", { status: 200 }, null],
    [
      "Googlebot",
      { userAgent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", status: 200 },
      "agent=Googlebot status_class=2xx",
    ],
    ["Googlebot for images", { userAgent: "Googlebot-Image/1.0", status: 304 }, "agent=Googlebot status_class=3xx"],
    [
      "bingbot",
      { userAgent: "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", status: 404 },
      "agent=bingbot status_class=4xx",
    ],
    ["small letters", { userAgent: "gptbot/1.2", status: null }, "agent=GPTBot status_class=none"],
    ["an unknown robot", { userAgent: "MyCrawler/1.0", status: 200 }, "agent=other status_class=2xx"],
    ["curl", { userAgent: "curl/8.5.0", status: 200 }, null],
    ["a Cubot telephone", { userAgent: "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/90", status: 200 }, null],
    ["facebook", { userAgent: "facebookexternalhit/1.1", status: 200 }, "agent=facebookexternalhit status_class=2xx"],
  ]);
});

describe("options", () => {
  it.each([
    ["latency", { buckets: "1,1" }, 'is no list of growing numbers; try "1,10,100"'],
    ["latency", { buckets: "" }, "growing numbers"],
    ["latency", { buckets: "1,x" }, "growing numbers"],
    ["latency", { buckets: "-1" }, "growing numbers"],
    ["sizes", { buckets: "1,Infinity" }, "growing numbers"],
    ["downloads", { prefix: "downloads" }, 'is no path; begin it with "/"'],
    ["instances", { instance: "0" }, 'is not the number of a path segment; give 1 to 99, or "vhost"'],
    ["instances", { instance: "x" }, "is not the number of a path segment"],
    ["instances", { agents: 5 }, "is not a list; give texts, separated by commas"],
  ])("%s refuses %j", async (name, set, message) => {
    const { options } = await loadPipeline(name);
    const result = z.safeParse(options!, set);
    expect(result.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
