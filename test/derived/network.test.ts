// Networks of addresses, in all the forms in which logs have them, judged by Node's own BlockList.
import { BlockList, isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anonymousList, anonymousText, networkOf } from "../../src/derived/network.ts";

test.each<[client: string | null, network: string | null]>([
  [null, null],
  ["192.0.2.7", "192.0.2.0/24"],
  ["192.0.2.7:51234", "192.0.2.0/24"],
  ["192.0.2.7, 198.51.100.9", "192.0.2.0/24"],
  ["192.0.2.7,198.51.100.9", "192.0.2.0/24"],
  ["192.0.2.7 198.51.100.9", "192.0.2.0/24"],
  ["unknown, 192.0.2.7", null],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
  ["2001:DB8:1::9", "2001:db8:1::/48"],
  ["[2001:db8:1::9]", "2001:db8:1::/48"],
  ["[2001:db8:1::9]:443", "2001:db8:1::/48"],
  ["2001:db8::9", "2001:db8::/48"],
  ["0:1:0:2::3", "0:1::/48"],
  ["::1", "::/48"],
  ["fe80::1%eth0", "fe80::/48"],
  ["::1%0", "::/48"],
  ["::ffff:192.0.2.7", "192.0.2.0/24"],
  ["::ffff:c000:207", "192.0.2.0/24"],
  ["[::ffff:192.0.2.7]:80", "192.0.2.0/24"],
  ["2002:c000:207::1", "192.0.2.0/24"],
  ["64:ff9b::192.0.2.7", "64:ff9b::/48"],
  ["host.example", null],
  ["192.0.2", null],
  ["192.0.2.256", null],
  ["192.0.2.7.8", null],
  ["1:2:3:4:5:6:7:8:9", null],
  ["", null],
  ["-", null],
  [`${"1".repeat(60_000)}.2.3.4`, null],
  [":".repeat(60_000), null],
  [`192.0.2.7${", 192.0.2.8".repeat(6_000)}`, "192.0.2.0/24"],
])("%.40s", (client, network) => expect(networkOf(client)).toBe(network));

const address = fc.oneof(fc.ipV4(), fc.ipV6());

test("an address is in its network, and the first address of that one is in the same", () => {
  fc.assert(
    fc.property(address, (client) => {
      const network = networkOf(client)!;
      const [first = "", bits = ""] = network.split("/");
      expect(networkOf(first)).toBe(network);
      if (isIPv4(first) && isIPv6(client)) return; // it holds an address of IPv4, see above
      const [kind, length] = isIPv4(client) ? (["ipv4", 24] as const) : (["ipv6", 48] as const);
      expect(Number(bits)).toBe(length);
      const list = new BlockList();
      list.addSubnet(first, length, kind);
      expect(list.check(client, kind)).toBe(true);
    }),
  );
});

test("nothing of an address but its network is left in lists and texts, wherever it stands", () => {
  const around = [" ", "", ",", '"', "[", "]", "=", " - ", "(", "|", "/"];
  fc.assert(
    fc.property(address, fc.constantFrom(...around, ": "), fc.constantFrom(...around), (client, before, after) => {
      const kept = networkOf(client)!.split("/")[0]!;
      expect(anonymousList(client)).toBe(kept);
      expect(anonymousText(before + client + after)).toBe(before + kept + after);
    }),
  );
});

test.each<[clients: string | null, left: string | null]>([
  [null, null],
  ["192.0.2.7", "192.0.2.0"],
  ["192.0.2.7,2001:db8:1:2::3", "192.0.2.0, 2001:db8:1::"],
  ["host.example, [2001:db8:1:2::3]:443 192.0.2.7", "-, 2001:db8:1::, 192.0.2.0"],
  ["host.example", null],
  ["unknown, -", null],
])("the list %s", (clients, left) => {
  expect(anonymousList(clients)).toBe(left);
  expect(anonymousList(left)).toBe(left);
});

test.each([
  [
    '192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1"',
    '192.0.2.0 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1"',
  ],
  ["client: 192.0.2.7, server: a.example", "client: 192.0.2.0, server: a.example"],
  ["[client 2001:db8:1:2::3] [pid 1:tid 2]", "[client 2001:db8:1::] [pid 1:tid 2]"],
  ["client:2001:db8:1:2::3.", "client:2001:db8:1::."],
  ["[2001:db8:1:2::3%eth0]:443", "[2001:db8:1::%eth0]:443"],
  ["1:2:3:4:5:6:7:8:443", "1:2:3::"],
  ["::ffff:192.0.2.7", "192.0.2.0"],
  ["999.888.777.666", "999.888.777.0"],
  ["192.168.001.005:80", "192.168.001.0:80"],
  ["at 12:34:56.789, 2000-10-10T12:34:56", "at 12:34:56.789, 2000-10-10T12:34:56"],
  ["Data::Dumper and std::string", "Data::Dumper and std::string"],
  ["Chrome/131.0.6778.86", "Chrome/131.0.6778.86"],
])("the text %s", (text, left) => {
  expect(anonymousText(text)).toBe(left);
  expect(anonymousText(left)).toBe(left);
});

test("long texts take no time", () => {
  const began = performance.now();
  for (const body of [":", "a:", "1.", "1:", "::", "1.2.3.4", "a", "::1 ", "1.2.3."]) {
    anonymousText(body.repeat(60_000 / body.length));
    anonymousText(`${body.repeat(60_000 / body.length)}z`);
  }
  expect(performance.now() - began).toBeLessThan(10_000);
});
