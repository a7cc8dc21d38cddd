// Classification without code: what a condition means, which rule wins, and which can never match.
import { describe, expect, test } from "vitest";
import { deriverOf } from "../../src/derived/derive.ts";
import { derivedNames, type WholeRecord } from "../../src/derived/fields.ts";
import { emptyRecord, type LogRecord } from "../../src/format/record.ts";
import type { ClassifyRule } from "../../src/invocation/classify-schema.ts";
import { readInvocations } from "../../src/invocation/multibrain.ts";
import { classifier, unreachable } from "../../src/pipeline/classify.ts";
import { context, entry, refusal } from "../invocation/context.ts";

const derive = await deriverOf(derivedNames);

const record = (fields: Partial<LogRecord>): WholeRecord => derive({ ...emptyRecord(0), ...fields });

const matches = (when: ClassifyRule["when"], fields: Partial<LogRecord>): boolean =>
  classifier([{ when, set: { a: 1 } }])(record(fields)) !== null;

describe("a condition", () => {
  test.each<[when: ClassifyRule["when"], fields: Partial<LogRecord>, isMatch: boolean]>([
    [{}, {}, true],
    [{ status: 404 }, { status: 404 }, true],
    [{ status: 404 }, { status: 405 }, false],
    [{ status: 404 }, {}, false],
    [{ status: "404" }, { status: 404 }, true],
    [{ status: "4*" }, { status: 404 }, true],
    [{ status: "4*" }, { status: 504 }, false],
    [{ status: ">=500" }, { status: 500 }, true],
    [{ status: ">500" }, { status: 500 }, false],
    [{ bytes: "<1000" }, { bytes: 999 }, true],
    [{ bytes: "<=1000" }, { bytes: 1001 }, false],
    [{ status: ">=400 <500" }, { status: 499 }, true],
    [{ status: ">=400 <500" }, { status: 500 }, false],
    [{ status: ">=0" }, { status: null }, false],
    [{ status: [404, ">=500", null] }, { status: null }, true],
    [{ status: [404, ">=500"] }, { status: 503 }, true],
    [{ uri: "/wp-*" }, { uri: "/wp-login.php" }, true],
    [{ uri: "/wp-*" }, { uri: "/WP-admin" }, true],
    [{ uri: "/wp-*" }, { uri: "/a/wp-x" }, false],
    [{ uri: "/a" }, { uri: "/a/b" }, false],
    [{ uri: "/" }, { uri: "/" }, true],
    [{ uri: "/*/x" }, { uri: "/a/b/x" }, true],
    [{ uri: "*" }, { uri: null }, false],
    [{ userAgent: null }, {}, true],
    [{ userAgent: null }, { userAgent: "" }, false],
    [{ uri: "/\\.(?:php|asp)$/" }, { uri: "/x.php" }, true],
    [{ uri: "/\\.(?:php|asp)$/" }, { uri: "/x.php5" }, false],
    [{ userAgent: "/bot/" }, { userAgent: "a bot" }, true],
    [{ userAgent: "/bot/" }, { userAgent: "a BOT" }, false],
    [{ status: 404, uri: "/wp-*" }, { status: 404, uri: "/wp-x" }, true],
    [{ status: 404, uri: "/wp-*" }, { status: 200, uri: "/wp-x" }, false],
    [{ route: "/orders/*" }, { uri: "/orders/17?a=b" }, true],
    [{ bot: true }, { userAgent: "curl/8" }, true],
    [{ bot: [false, null] }, { userAgent: "curl/8" }, false],
    [{ bot: [false, null] }, {}, true],
    [{ browser: "firefox", os: "Linux" }, { userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:1) Firefox/1" }, true],
    [{ clientNet: "192.0.2.*" }, { clientIp: "192.0.2.7" }, true],
    [{ query: { a: "x*" } }, { uri: "/?a=xy" }, true],
    [{ query: { a: "x*", b: null } }, { uri: "/?a=xy&b=1" }, false],
    [{ query: { a: ["/^\\d+$/", null] } }, { uri: "/?a=17" }, true],
    [{ query: { a: ["/^\\d+$/", null] } }, { uri: null }, true],
    [{ query: { toString: null } }, { uri: "/?a=17" }, true],
    [{ userAgent: "/(a+)+$/" }, { userAgent: `${"a".repeat(50_000)}!` }, false],
  ])("%j of %j: %s", (when, fields, isMatch) => expect(matches(when, fields)).toBe(isMatch));
});

test("the first rule that matches wins", () => {
  const classify = classifier([
    { when: { status: 404 }, set: { type: "probe" } },
    { when: { status: "4*" }, set: { type: "client" } },
    { when: {}, set: { type: "other" } },
  ]);
  expect([404, 403, 200].map((status) => classify(record({ status }))?.["type"])).toEqual(["probe", "client", "other"]);
});

const rules = (...whens: ClassifyRule["when"][]): ClassifyRule[] => whens.map((when) => ({ when, set: {} }));

describe("rules that can never match", () => {
  test.each<[ClassifyRule[], string[]]>([
    [rules({ status: 404 }, { status: 405 }, {}), []],
    [rules({}, { status: 404 }), ["classify[1] can never match: classify[0] matches all that it could"]],
    [
      rules({ status: "4*" }, { status: [404, 410], uri: "/a" }),
      ["classify[1] can never match: classify[0] matches all that it could"],
    ],
    [rules({ status: "4*" }, { status: [404, 500] }), []],
    [
      rules({ status: ">=400" }, { status: ">=500 <600" }),
      ["classify[1] can never match: classify[0] matches all that it could"],
    ],
    [
      rules({ uri: "/wp-*" }, { uri: "/wp-*.php" }),
      ["classify[1] can never match: classify[0] matches all that it could"],
    ],
    [rules({ uri: "/wp-*.php" }, { uri: "/wp-*" }), []],
    [rules({ uri: "*" }, { uri: null }), []],
    [
      rules({ uri: "/^a|b/" }, { uri: "/^a|b/" }),
      ["classify[1] can never match: classify[0] matches all that it could"],
    ],
    [rules({ uri: "/a", status: 1 }, { uri: "/a" }), []],
    [rules({ query: { a: "*" } }, { query: { b: "x" } }), []],
    [
      rules({ bot: true }, { bot: true, query: { a: "x" } }),
      ["classify[1] can never match: classify[0] matches all that it could"],
    ],
    [rules({ status: ">=500 <400" }), ['classify[0] can never match: nothing is ">=500 <400"']],
    [rules({ bytes: "<0" }), ['classify[0] can never match: nothing is "<0"']],
  ])("%j", (all, said) => expect(unreachable(all)).toEqual(said));
});

test("whatever is wrong is said at once, with its place", () => {
  const classify = [
    { when: { statsu: 404 }, set: { type: "probe" } },
    { when: { status: "high" }, set: { host: "x" } },
    { when: { uri: "/admin/" }, set: { service: "a" } },
    { when: { uri: ["/a", "/(?=b)/"] }, set: { type: ["a"] } },
    { wen: {}, set: {} },
    { when: { bot: "yes", query: { "": "a", b: true } }, set: {} },
    JSON.parse('{ "when": { "query": { "__proto__": "x" } }, "set": { "__proto__": 1 } }'),
  ];
  expect(refusal(() => readInvocations([{ ...entry, tag: { service: "s" }, classify }], context))).toEqual([
    "[0].classify[6].set.__proto__: is not a name that can be used; choose another",
    "[0].classify[6].when.query.__proto__: is not a name that can be used; choose another",
    '[0].classify[0].when.statsu: is unknown; did you mean "status"?',
    '[0].classify[1].when.status: "high" is no number to compare with; give a number, ">=500", ">=400 <500", "4*", null or a list of these',
    '[0].classify[1].set.host: "host" is not the name of an attribute; choose one that is neither a tag nor a field of every point, without control characters, "\\" and "="',
    "[0].classify[3].set.type: a list is not text, a number, true or false",
    '[0].classify[4].when: is missing; say which lines are meant, such as {"status": 404}; {} means all',
    '[0].classify[4].wen: is unknown; did you mean "when"?',
    '[0].classify[5].when.query[""]: "" is not the name of a parameter that can be asked for',
    '[0].classify[5].when.query.b: true is no text to compare with; give text with "*", "/expression/", null or a list of these',
    '[0].classify[5].when.bot: "yes" is not true, false, null or a list of these',
  ]);
  expect(
    refusal(() => readInvocations([{ ...entry, tag: { service: "s" }, classify: classify.slice(2, 3) }], context)),
  ).toEqual([
    '[0].classify[0].when.uri: "/admin/" may be a path or an expression; for the path write "/^/admin/$/", for all below it "/admin/*"',
    "[0].classify[0].set.service: is a tag of every point; choose another name",
  ]);
  const defaults = { classify: [{ when: { uri: ["/a", "/(?=b)/"] }, set: {} }] };
  expect(refusal(() => readInvocations({ defaults, invocations: [entry] }, context))).toEqual([
    'defaults.classify[0].when.uri[1]: "/(?=b)/": (?= at character 1 looks around, which cannot be done in linear time; match what stands there, or leave it out',
  ]);
});
