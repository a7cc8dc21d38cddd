// Addresses cut to the network that they are in, which tells where a client comes from, but not who it is: of IPv4 the first 24
// bits, of IPv6 the first 48 (which may be one company's, but no single computer's).
import { isIPv4, isIPv6 } from "node:net";

interface Network {
  /** The first address of it. */
  readonly address: string;
  readonly bits: 24 | 48;
}

/** Network of the first address of a list, which is the client itself; null for a host name, and what is no address. */
export function networkOf(clients: string | null): string | null {
  const network = clients === null ? null : networkIn(clients.split(separator, 1)[0]!);
  return network && `${network.address}/${network.bits}`;
}

/** The same list with the first address of its network for each; `-` for what is no address; null without any. */
export function anonymousList(clients: string | null): string | null {
  const networks = clients?.split(separator).map(networkIn) ?? [];
  return networks.some(Boolean) ? networks.map((network) => network?.address ?? "-").join(", ") : null;
}

/** A text with all that looks like an address cut in this way, also where that is none: who asks for it wants none left. */
export function anonymousText(text: string): string {
  return text.replaceAll(addressLike, (found) => {
    if (!found.includes(":")) return withoutHost(found);
    const [, before = "", inner = "", behind = ""] = /^((?::(?!:))?)(.*?)((?:(?<!:):)?)$/.exec(found) ?? [];
    return before + anonymousGroups(inner) + behind;
  });
}

/** Also where there are too many of them; a few are a time. */
function anonymousGroups(text: string): string {
  const groups = text.split(":");
  if (!text.includes("::") && groups.length < 6) return text;
  return networkIn(text)?.address ?? `${groups.slice(0, 3).join(":")}::`;
}

/** Hexadecimal groups between colons, maybe with an IPv4 address at their end, or an IPv4 address alone. */
const addressLike =
  /(?:(?<!\w)[\da-f]{1,4})?(?::[\da-f]{0,4}){2,}(?:(?<=:\d{1,3})(?:\.\d{1,3}){3})?(?!\w)|\d{1,3}(?:\.\d{1,3}){3}/gi;

const separator = /,\s*|\s+/;

/** Characters, of an address with all that may stand around it. */
const longest = 80;

function networkIn(client: string): Network | null {
  if (client.length > longest) return null;
  const address = bare(client);
  if (isIPv4(address)) return { address: withoutHost(address), bits: 24 };
  return isIPv6(address) ? networkOfGroups(groupsOf(address)) : null;
}

/** Without port, brackets and zone. */
function bare(client: string): string {
  const [, bracketed, plain] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(client) ?? [];
  return (bracketed ?? plain ?? client).replace(/%.*$/s, "");
}

const withoutHost = (ipv4: string): string => `${ipv4.slice(0, ipv4.lastIndexOf("."))}.0`;

/** The eight groups of an IPv6 address as numbers. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(256 * a + b).toString(16)}:${(256 * c + d).toString(16)}`;
  });
  const [front = [], back = []] = hex
    .split("::")
    .map((part) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16))));
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}

/** An address that holds one of IPv4 (mapped, or 6to4) is in that one's network: of the latter, 48 bits would be all of it. */
function networkOfGroups(groups: readonly number[]): Network {
  const [first = 0, second = 0, third = 0] = groups;
  if (first === 0x2002) return ipv4Network(second, third);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return ipv4Network(groups[6]!, groups[7]!);
  const texts = [first, second, third].map((group) => group.toString(16));
  while (texts.at(-1) === "0") texts.pop();
  return { address: `${texts.join(":")}::`, bits: 48 };
}

const ipv4Network = (high: number, low: number): Network => ({
  address: `${high >> 8}.${high & 255}.${low >> 8}.0`,
  bits: 24,
});
