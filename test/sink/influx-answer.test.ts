import { expect, it } from "vitest";
import { judge } from "../../src/sink/influx-answer.ts";

const alone = { lines: 1, now: 0, withoutSecrets: (text: string) => text };
const fault = (code: string, message = ""): Error => Object.assign(new Error(message), { code });

it.each([
  ["ECONNREFUSED", "", "connection refused (is the store running?)"],
  ["ECONNRESET", "socket hang up", "the connection was cut"],
  ["ETIMEDOUT", "", "no answer"],
  ["EHOSTUNREACH", "", "the host cannot be reached"],
  ["EAI_AGAIN", "", "the host name cannot be looked up at the moment"],
  ["EWHATEVER", "odd \u001b thing", "the connection failed (odd \\x1b thing)"],
])("no answer may pass: %s", (code, message, problem) => {
  expect(judge(fault(code, message), alone)).toEqual({ kind: "retry", problem, afterMs: 0, isSilence: true });
});

it.each([
  ["ENOTFOUND", "the host name is not known; check the URL"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its certificate is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is not trusted"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "it does not speak TLS"],
])("no answer will last: %s", (code, problem) => {
  expect(judge(fault(code), alone)).toEqual({
    kind: "failed",
    code: "silence",
    problem: expect.stringContaining(problem),
  });
});

it("no fault is success", () => {
  expect(judge(null, alone)).toEqual({ kind: "stored" });
});
