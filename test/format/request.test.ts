import fc from "fast-check";
import { expect, test } from "vitest";
import { httpMethods, methodName, methodOf, protocolName, protocolOf, uriOf } from "../../src/format/request.ts";

const none = [null, null, null];

test.each([
  ["GET / HTTP/1.1", ["GET", "/", "HTTP/1.1"]],
  ["POST /a?b=c HTTP/2.0", ["POST", "/a?b=c", "HTTP/2.0"]],
  ["GET /a HTTP/2", ["GET", "/a", "HTTP/2"]],
  ["DESCRIBE rtsp://h/a RTSP/1.0", ["DESCRIBE", "rtsp://h/a", "RTSP/1.0"]],
  ["CONNECT example.com:443 HTTP/1.1", ["CONNECT", "example.com:443", "HTTP/1.1"]],
  ["PRI * HTTP/2.0", ["PRI", "*", "HTTP/2.0"]],
  ["GET /index.html", ["GET", "/index.html", null]],
  ["GET index HTTP/1.1", ["GET", "index", "HTTP/1.1"]],
  ["GET /x index.html HTTP/1.1", ["GET", "/x index.html", "HTTP/1.1"]],
  ["GET /x index.html", ["GET", "/x index.html", null]],
  ["GET /x HTTP/1.1 HTTP/1.1", ["GET", "/x HTTP/1.1", "HTTP/1.1"]],
  ["GET /x HTTP/1.12", ["GET", "/x HTTP/1.12", null]],
  ["GET /x http/1.1", ["GET", "/x http/1.1", null]],
  ["GET /x HTTP/", ["GET", "/x HTTP/", null]],
  ["GET /aHTTP/1.1", ["GET", "/aHTTP/1.1", null]],
  ["GET HTTP/1.1", ["GET", "HTTP/1.1", null]],
  ["GET  HTTP/1.1", ["GET", "HTTP/1.1", null]],
  ["GET  /x  HTTP/1.1", ["GET", "/x", "HTTP/1.1"]],
  ["GET /x HTTP/1.1 ", ["GET", "/x", "HTTP/1.1"]],
  ["GET /x ", ["GET", "/x", null]],
  [String.raw`GET /\" HTTP/1.1`, ["GET", '/"', "HTTP/1.1"]],
  [String.raw`GET /\xc3\xa0 HTTP/1.1`, ["GET", "/à", "HTTP/1.1"]],
  ["GET /\xc3\xa0 HTTP/1.1", ["GET", "/à", "HTTP/1.1"]],
  ["GET /\xc3\xa0", ["GET", "/à", null]],
  ["GETS /x HTTP/1.1", ["GETS", "/x", "HTTP/1.1"]],
  ["get /x HTTP/1.1", ["get", "/x", "HTTP/1.1"]],
  ["GE /x HTTP/1.1", ["GE", "/x", "HTTP/1.1"]],
  ["M-SEARCH * HTTP/1.1", ["M-SEARCH", "*", "HTTP/1.1"]],
  ["", none],
  ["-", none],
  [" ", none],
  ["GET", none],
  ["GET ", none],
  ["GET   ", none],
  ["quit", none],
  [" GET / HTTP/1.1", none],
  [String.raw`\x16\x03\x01`, none],
  [String.raw`\x16\x03\x01\x01 \x02`, none],
  [String.raw`lzh\x81GET /music HTTP/1.1`, none],
  [String.raw`\"GET / HTTP/1.1`, none],
  ["G{T / HTTP/1.1", none],
  ["GET: / HTTP/1.1", none],
  [String.raw`t3 12.1.2\n`, ["t3", "12.1.2\n", null]],
])("%j", (line, expected) => {
  expect([methodOf(line), uriOf(line), protocolOf(line)]).toEqual(expected);
});

test("a request line put together comes apart again", () => {
  const method = fc.constantFrom(...httpMethods, "M-SEARCH", "x!#$%&'*+.^_`|~9");
  const uri = fc.stringMatching(/^[!#-[\]-~]([ !#-[\]-~]*[!#-[\]-~])?$/);
  const protocol = fc.constantFrom("HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3", "RTSP/1.0");
  fc.assert(
    fc.property(method, uri, protocol, (...parts) => {
      const line = parts.join(" ");
      expect([methodOf(line), uriOf(line), protocolOf(line)]).toEqual(parts);
    }),
  );
});

test("knows the registered methods", () => {
  expect(httpMethods.size).toBe(39);
  for (const method of httpMethods) expect(methodOf(`${method} /`)).toBe(method);
});

test.each([
  ["GET", "GET"],
  ["M-SEARCH", "M-SEARCH"],
  ["-", null],
  ["", null],
  ["G T", null],
  [String.raw`\x16`, null],
])("method column %j", (word, method) => {
  expect(methodName(word)).toBe(method);
});

test.each([
  ["HTTP/1.1", "HTTP/1.1"],
  ["HTTP/2", "HTTP/2"],
  ["-", null],
  ["INCLUDED", null],
  ["HTTP", null],
])("protocol column %j", (word, protocol) => {
  expect(protocolName(word)).toBe(protocol);
});
