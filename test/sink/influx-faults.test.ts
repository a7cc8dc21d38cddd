// The sink against what real stores do in bad hours, played by a stand-in.
import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { PointLines } from "../../src/sink/point-lines.ts";
import { influxSink, type InfluxEnv, type InfluxTarget } from "../../src/sink/influx.ts";
import type { Refusal } from "../../src/sink/sink.ts";
import { startStandIn, type Received, type Reply } from "./stand-in.ts";

const timeoutMs = 30_000;
const token = "very-secret-token";

/** A clock that moves only by waiting, and what was waited for. */
function clock(): InfluxEnv & { readonly pauses: number[] } {
  let time = Date.UTC(2024, 0, 1);
  const pauses: number[] = [];
  return {
    pauses,
    now: () => time,
    sleep: async (ms) => {
      pauses.push(ms);
      time += ms;
    },
    random: () => 0.5,
  };
}

interface Course {
  readonly refusals?: readonly Refusal[];
  readonly error?: unknown;
  readonly received: readonly Received[];
  readonly pauses: readonly number[];
}

const influx2 = { version: 2, url: "", timeoutMs, org: "my org", bucket: "b&b", token } as const;
const influx1 = {
  version: 1,
  url: "",
  timeoutMs,
  database: "d",
} as const;

/** Writes the lines to a stand-in that answers so. */
async function write(
  reply: (request: Received, number: number) => Reply,
  lines: readonly string[],
  target: InfluxTarget = influx2,
): Promise<Course> {
  await using store = await startStandIn(reply);
  const env = clock();
  const written = influxSink({ ...target, url: target.url || store.url }, env).write(PointLines.of(lines));
  const result = await written.then(
    (refusals) => ({ refusals }),
    (error: unknown) => ({ error }),
  );
  return { ...result, received: store.received, pauses: env.pauses };
}

const replies =
  (...list: Reply[]) =>
  (_: Received, number: number): Reply =>
    list[number] ?? 204;
const points = (count: number): string[] => Array.from({ length: count }, (_, i) => `m,tag=t${i} count=1i ${i}`);
const invalid = (message: string) => ({ code: "invalid", message });

const atMost =
  (count: number) =>
  ({ lines }: Received): Reply =>
    lines.length > count ? { status: 413, body: "<html>Request Entity Too Large</html>" } : 204;

/** A store in which these lines are wrong; how it says so is up to each kind. */
const storeWithout =
  (bad: readonly string[], answer: (wrong: readonly string[], all: readonly string[]) => Reply) =>
  ({ lines }: Received): Reply => {
    const wrong = lines.filter((line) => bad.includes(line));
    return wrong.length > 0 ? answer(wrong, lines) : 204;
  };
const expired = ({ lines: sent }: Received): Reply => {
  const old = sent.filter((line) => Number(line.split(" ").at(-1)) < 12_345);
  const message = `failure writing points to database: partial write: dropped ${old.length} points outside retention policy of duration 1h0m0s - oldest point m dropped because it violates a Retention Policy Lower Bound dropped=${old.length}`;
  return old.length > 0 ? { status: 422, body: { code: "unprocessable entity", message } } : 204;
};

/** A store that repeats what it was told. */
const echo = ({ headers }: Received): Reply => ({
  status: 401,
  body: { error: `bad ${headers.authorization}: ${token}, p%ss` },
});
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

describe("requests", () => {
  it("speak the API of InfluxDB 2", async () => {
    const { refusals, received } = await write(replies(204), points(3));
    expect(refusals).toEqual([]);
    expect(received).toMatchObject([
      { path: "/api/v2/write?org=my%20org&bucket=b%26b&precision=ns", headers: { authorization: `Token ${token}` } },
    ]);
    expect(received[0]?.lines).toEqual(points(3));
  });

  it("go by the size of a batch", async () => {
    const { received } = await write(replies(), points(12_001));
    expect(received.map(({ lines }) => lines.length)).toEqual([5000, 5000, 2001]);
    expect(received.flatMap(({ lines }) => lines)).toEqual(points(12_001));
    expect(received[0]?.headers["content-encoding"]).toBe("gzip");
  });

  it("stay under a million bytes", async () => {
    const long = Array.from({ length: 20 }, (_, i) => `m,tag=${"é".repeat(60_000)} count=1i ${i}`);
    const { received } = await write(replies(), long);
    expect(received.map(({ lines }) => lines.length)).toEqual([8, 8, 4]);
  });

  it("send a line that is larger than that alone", async () => {
    const huge = `m,tag=${"x".repeat(1_000_001)} count=1i 1`;
    const { received } = await write(replies(), ["a count=1i 1", huge, "b count=1i 1"]);
    expect(received.map(({ lines }) => lines.length)).toEqual([1, 1, 1]);
  });

  it("print nothing, which the client does unless it is told not to", async () => {
    const printed = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
    await write(replies("cut", 503, 400), points(1));
    for (const print of printed) expect(print).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it("are none without points", async () => {
    expect((await write(replies(), [])).received).toEqual([]);
  });
});

describe("what passes", () => {
  it.each<[string, Reply[], number[]]>([
    ["429", [429, 204], [250]],
    ["503, twice", [503, 503, 204], [250, 500]],
    ["500 of a full cache", [{ status: 500, body: { error: "engine: cache-max-memory-size exceeded" } }, 204], [250]],
    ["Retry-After in seconds", [{ status: 429, headers: { "retry-after": "7" } }, 204], [7000]],
    [
      "Retry-After as a date",
      [{ status: 503, headers: { "retry-after": "Mon, 01 Jan 2024 00:00:09 GMT" } }, 204],
      [9000],
    ],
    [
      "Retry-After in the past",
      [{ status: 503, headers: { "retry-after": "Mon, 01 Jan 2001 00:00:09 GMT" } }, 204],
      [250],
    ],
    ["a cut connection", ["cut", 204], [250]],
    ["an answer that was cut", ["cut inside", 204], [250]],
    ["408 of a proxy", [{ status: 408, body: "<html>" }, 204], [250]],
  ])("is tried again: %s", async (_, list, pauses) => {
    const course = await write(replies(...list), points(2));
    expect(course.refusals).toEqual([]);
    expect(course.pauses).toEqual(pauses);
    expect(course.received.map(({ lines }) => lines)).toEqual(list.map(() => points(2)));
  });

  it.each<[string, Reply, string]>([
    ["429", 429, "the store answered 429; gave up within 30 s (timeout)"],
    [
      "503",
      { status: 503, body: { error: "timeout" } },
      "the store answered 503 (timeout); gave up within 30 s (timeout)",
    ],
    ["cut connections", "cut", "the connection was cut; gave up within 30 s (timeout)"],
    [
      "a store that asks for more time than there is",
      { status: 429, headers: { "retry-after": "120" } },
      "the store answered 429, and asks to wait 120 s; gave up within 30 s (timeout)",
    ],
  ])("ends as a network error: %s", async (_, reply, problem) => {
    const { error, pauses, received } = await write(() => reply, points(2));
    expect(error).toMatchObject({ name: "L2iError", code: "network", exitCode: 1 });
    expect(String(error)).toContain(`(bucket b&b): ${problem}`);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(timeoutMs);
    expect(received).toHaveLength(pauses.length + 1);
  });

  it("is given the whole timeout in each request", async () => {
    const slow: Reply = { status: 503, headers: { "retry-after": "20" } };
    const { refusals, pauses } = await write((_, n) => (n % 2 === 0 ? slow : 204), points(15_000));
    expect(refusals).toEqual([]);
    expect(pauses).toEqual([20_000, 20_000, 20_000]);
  });

  it("ends in time when the store never answers", async () => {
    const { error } = await write(() => "hang", points(2), { ...influx2, timeoutMs: 50 });
    expect(error).toMatchObject({ code: "network" });
    expect(String(error)).toContain("no answer; gave up within 0.1 s");
  });

  it("says what the store answered before it fell silent", async () => {
    const busy: Reply = { status: 503, body: { error: "busy" } };
    const { error } = await write((_, n) => (n === 0 ? busy : "hang"), points(2), { ...influx2, timeoutMs: 300 });
    expect(String(error)).toContain("the store answered 503 (busy); gave up within 0.3 s");
  });

  it("ends as a network error where nobody listens", async () => {
    const gone = await startStandIn(() => 204);
    await gone[Symbol.asyncDispose]();
    const { error, pauses } = await write(() => 204, points(1), { ...influx2, url: gone.url });
    expect(error).toMatchObject({ code: "network" });
    expect(String(error)).toContain("connection refused (is the store running?); gave up within 30 s");
    expect(pauses.slice(0, 6)).toEqual([250, 500, 1000, 2000, 4000, 8000]);
  });

  it("does not include a URL with https:// of a store that speaks http", async () => {
    await using store = await startStandIn(() => 204);
    const { error, pauses } = await write(() => 204, points(1), {
      ...influx2,
      url: store.url.replace("http", "https"),
    });
    expect(error).toMatchObject({ code: "network" });
    expect(String(error)).toContain("it does not speak TLS");
    expect(pauses).toEqual([]);
  });
});

describe("413", () => {
  it("halves", async () => {
    const { refusals, received } = await write(atMost(30), points(100));
    expect(refusals).toEqual([]);
    const stored = received.filter(({ lines }) => lines.length <= 30).flatMap(({ lines }) => lines);
    expect(stored.toSorted()).toEqual(points(100).toSorted());
  });

  it("of a single line fails", async () => {
    const { error } = await write(atMost(0), points(4));
    expect(error).toMatchObject({ code: "store" });
    expect(String(error)).toContain("the store answered 413 (<html>Request Entity Too Large</html>)");
  });
});

describe("refusals", () => {
  const lines = points(1000);
  const bad = [lines[3]!, lines[500]!, lines[501]!, lines[999]!];

  it.each<[string, number, (wrong: readonly string[], all: readonly string[]) => Reply]>([
    [
      "InfluxDB 2: 400 for lines that do not parse, nothing is written",
      8,
      (wrong) => ({
        status: 400,
        body: invalid(wrong.map((line) => `unable to parse '${line}': bad timestamp`).join("\n")),
      }),
    ],
    [
      "InfluxDB 2: 422 for a conflict, the rest is written",
      70,
      (wrong) => ({
        status: 422,
        body: {
          code: "unprocessable entity",
          message: `failure writing points to database: partial write: field type conflict: input field "count" on measurement "m" is type integer, already exists as type float dropped=${wrong.length}`,
        },
      }),
    ],
    [
      "InfluxDB 2.0: 500 for points beyond retention",
      70,
      (wrong) => ({
        status: 500,
        body: {
          code: "internal error",
          message: `unexpected error writing points to database: partial write: max-values-per-tag limit exceeded (100000/100000): measurement="m" tag="tag" value="${wrong[0]}" dropped=1`,
        },
      }),
    ],
    [
      "InfluxDB 3: 400 with line numbers",
      8,
      (wrong, all) => ({
        status: 400,
        body: {
          error: "partial write of line protocol occurred",
          data: wrong.map((line) => ({
            original_line: "cut",
            line_number: all.indexOf(line) + 1,
            error_message:
              "invalid column type for column 'count', expected iox::column_type::field::float, got iox::column_type::field::integer",
          })),
        },
      }),
    ],
    [
      "InfluxDB 3 where all of a request is refused: 400 with one line number",
      14,
      (wrong, all) => ({
        status: 400,
        body: {
          error: "parsing failed for write_lp endpoint",
          data: {
            original_line: "cut",
            line_number: all.indexOf(wrong[0]!) + 1,
            error_message: "No fields were provided",
          },
        },
      }),
    ],
    [
      "InfluxDB Cloud: 400 that names the lines in its text",
      8,
      (wrong, all) => ({
        status: 400,
        body: {
          code: "invalid",
          line: all.indexOf(wrong[0]!) + 1,
          message: `failed to parse line protocol: errors encountered on line(s):\n${wrong.map((line) => `error parsing line ${all.indexOf(line) + 1} (1-based): No fields were provided`).join("\n")}`,
        },
      }),
    ],
    [
      "InfluxDB Clustered: 201 for a partial write",
      8,
      (wrong, all) => ({
        status: 201,
        body: {
          code: "invalid",
          line: all.indexOf(wrong[0]!) + 1,
          message: `failed to parse line protocol: errors encountered on line(s):\n${wrong.map((line) => `error parsing line ${all.indexOf(line) + 1} (1-based): bad`).join("\n")}`,
        },
      }),
    ],
    [
      "a proxy that hides the numbers: found by halving",
      70,
      () => ({ status: 400, body: { error: "field type conflict" } }),
    ],
  ])("%s", async (_, requests, answer) => {
    const { refusals, received, error } = await write(storeWithout(bad, answer), lines);
    expect(error).toBeUndefined();
    expect(refusals?.map(({ point }) => point).toSorted()).toEqual(bad.toSorted());
    expect(received.length).toBeLessThanOrEqual(requests);
    const good = received.filter((request) => !request.lines.some((line) => bad.includes(line)));
    expect(new Set(good.flatMap((request) => request.lines))).toEqual(
      new Set(lines.filter((line) => !bad.includes(line))),
    );
  });

  it("finds the border of a retention with few requests, wherever the points stand", async () => {
    const shuffled = points(20_000).toSorted((a, b) => (a.slice(-2) < b.slice(-2) ? -1 : 1));
    const { refusals, received } = await write(expired, shuffled);
    expect(refusals).toHaveLength(12_345);
    expect(received.length).toBeLessThan(80);
  });

  it("finds any set of refused points, and stores the others", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 60 })
          .chain((count) => fc.tuple(fc.constant(points(count)), fc.subarray(points(count)))),
        fc.constantFrom("max-values-per-tag limit exceeded", "partial write: invalid tag key", "unable to parse 'x'"),
        async ([all, wrong], reason) => {
          const { refusals, received } = await write(
            storeWithout(wrong, () => ({ status: 400, body: { error: reason } })),
            all,
          );
          expect(refusals?.map(({ point }) => point).toSorted()).toEqual(wrong.toSorted());
          const stored = received.filter(({ lines: sent }) => !sent.some((line) => wrong.includes(line)));
          const good = all.filter((line) => !wrong.includes(line));
          expect(new Set(stored.flatMap((request) => request.lines))).toEqual(new Set(good));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("does not take an upper bound for a lower one", async () => {
    const tooNew = ({ lines: sent }: Received): Reply => {
      const message =
        "partial write: dropped 1 points outside retention policy of duration 1h0m0s - newest point m dropped because it violates a Write Window Upper Bound dropped=1";
      return sent.includes(lines[900]!) ? { status: 422, body: { message } } : 204;
    };
    const { refusals } = await write(tooNew, lines);
    expect(refusals?.map(({ point }) => point)).toEqual([lines[900]]);
  });

  it("is not fooled by what strangers wrote into a line", async () => {
    const trap = String.raw`m,uri=points\ beyond\ retention\ policy\ line\ 7 count=1i 99999`;
    const { refusals } = await write(
      storeWithout([trap], () => ({ status: 400, body: invalid(`unable to parse '${trap}': bad`) })),
      [...lines, trap],
    );
    expect(refusals?.map(({ point }) => point)).toEqual([trap]);
  });

  it("gives the reason in the store's words, without control characters", async () => {
    const message = `unable to parse 'm': \u001b[31mred\n and\ttab \u0085 ${"long ".repeat(100)}`;
    const { refusals } = await write(() => ({ status: 400, body: invalid(message) }), ["m"]);
    expect(refusals).toHaveLength(1);
    expect(refusals?.[0]?.reason).toMatch(/^unable to parse 'm': \\x1b\[31mred and tab \\x85 long .*…$/);
    expect(refusals?.[0]?.reason.length).toBeLessThan(310);
  });
});

describe("what fails", () => {
  it.each<[string, Reply, string]>([
    [
      "401",
      { status: 401, body: { code: "unauthorized", message: "unauthorized access" } },
      "401 (unauthorized access); check the token, or user and password",
    ],
    [
      "403",
      { status: 403, body: { code: "forbidden", message: "insufficient permissions" } },
      "403 (insufficient permissions); allow the token or user to write there",
    ],
    [
      "404",
      { status: 404, body: { code: "not found", message: 'bucket "b" not found' } },
      '404 (bucket "b" not found); create what is missing, or correct the URL and the names',
    ],
    [
      "another 400",
      { status: 400, body: invalid("missing points") },
      "400 (missing points); this is no known way to refuse points",
    ],
    ["405", { status: 405, body: "Method Not Allowed" }, "405 (Method Not Allowed)"],
    [
      "a page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>Log in</html>" },
      "200, which is not how a store acknowledges points; check the URL",
    ],
    ["201 without a reason", { status: 201, body: "" }, "201, which is not how"],
    [
      "a redirect",
      { status: 307, headers: { location: "https://user:secret@store.example/api/v2/write?token=secret" } },
      "307, a redirect to https://store.example/api/v2/write; give the URL of the store itself",
    ],
    [
      "a page of an angry proxy",
      { status: 418, body: "\u001b[2J<b>no</b>\n".repeat(1000) },
      "418 (\\x1b[2J<b>no</b> \\x1b[2J",
    ],
  ])("is not tried again: %s", async (_, reply, problem) => {
    const { error, received, pauses } = await write(() => reply, points(2));
    expect(error).toMatchObject({ name: "L2iError", code: "store", exitCode: 1 });
    expect(String(error)).toContain(`/ (bucket b&b): the store answered ${problem}`.slice(1));
    expect(String(error)).not.toMatch(/\p{Cc}|secret/u);
    expect(received).toHaveLength(1);
    expect(pauses).toEqual([]);
  });

  it.each<[string, InfluxTarget, string]>([
    ["a token", influx2, token],
    ["a password", { ...influx1, username: "u", password: "p%ss" }, "p%ss"],
    ["an encoded password", { ...influx1, username: "u", password: "p%ss" }, btoa("u:p%ss")],
  ])("never repeats %s", async (_, target, secret) => {
    const { error } = await write(echo, points(1), target);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
    expect(error).toMatchObject({ message: expect.stringContaining("***") });
  });
});

describe("URLs", () => {
  it.each<[string, InfluxTarget, string, string | undefined]>([
    ["", influx2, "/api/v2/write?org=my%20org&bucket=b%26b&precision=ns", `Token ${token}`],
    ["/", influx2, "/api/v2/write?", `Token ${token}`],
    ["/influx/", influx2, "/influx/api/v2/write?", `Token ${token}`],
    ["/a/b//", influx2, "/a/b/api/v2/write?", `Token ${token}`],
    ["/influx/api/v2", influx2, "/influx/api/v2/write?", `Token ${token}`],
    ["/api/v2/write", influx2, "/api/v2/write?", `Token ${token}`],
    ["/with%20space", influx2, "/with%20space/api/v2/write?", `Token ${token}`],
    ["", { ...influx2, token: undefined }, "/api/v2/write?", undefined],
    ["", { ...influx2, token: "" }, "/api/v2/write?", undefined],
    ["", { ...influx2, org: undefined, bucket: undefined }, "/api/v2/write?precision=ns", `Token ${token}`],
    ["/", { ...influx1, database: "a&b" }, "/write?db=a%26b&precision=ns", undefined],
    ["/p/write", { ...influx1, retentionPolicy: "r p" }, "/p/write?db=d&rp=r%20p&precision=ns", undefined],
    ["/p", { ...influx1, username: "ü", password: "a:b" }, "/p/write?db=d", basic("ü:a:b")],
  ])("%j with %j", async (suffix, target, path, authorization) => {
    await using store = await startStandIn(() => 204);
    await influxSink({ ...target, url: store.url + suffix }, clock()).write(PointLines.of(points(1)));
    expect(store.received[0]?.path.startsWith(path)).toBe(true);
    expect(store.received[0]?.headers.authorization).toBe(authorization);
  });

  it("may hold credentials, which never show", async () => {
    await using store = await startStandIn(() => 401);
    const url = store.url.replace("//", "//me:s%C3%BC%40@");
    const sink = influxSink({ ...influx2, url, token: undefined }, clock());
    expect(sink.target).toBe(`${store.url} (bucket b&b)`);
    await expect(sink.write(PointLines.of(points(1)))).rejects.toThrow(
      `${store.url} (bucket b&b): the store answered 401`,
    );
    expect(store.received[0]?.headers.authorization).toBe(basic("me:sü@"));
  });

  it.each([
    ["localhost:8086", 'is not understood; try "http://localhost:8086"'],
    ["ftp://localhost", "is not understood"],
    ["http://", "is not understood"],
    ["http://secret:secret@host:99999", "is not understood"],
    ["http://host/?db=secret", 'has a "?" or "#"'],
    ["http://secret:%zz@host", 'has a "%" in its credentials'],
    ["http://me:secret@host", "holds credentials, and others are given beside it"],
  ])("%s is refused without being repeated", (url, problem) => {
    expect(() => influxSink({ ...influx2, url }, clock())).toThrow(`the URL of the store ${problem}`);
    expect(() => influxSink({ ...influx2, url }, clock())).not.toThrow("secret");
  });

  it("and a token that no header can hold is refused", () => {
    const target = { ...influx2, url: "http://h", token: "secret\n" };
    expect(() => influxSink(target, clock())).toThrow(
      "the token of the store has a character that no HTTP header can hold",
    );
    expect(() => influxSink(target, clock())).not.toThrow("secret");
  });
});
