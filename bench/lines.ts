// Lines of an access log, one after the other, the same ones each time: `combined_elapsed`, that is Apache's combined and %D. A log
// is the beginning of every longer one.
import { agents } from "./agents.ts";
import { type Nasty, nasty } from "./nasty.ts";
import { Random, Weighted, zipf } from "./random.ts";
import { type Kind, page, type Place, placesOf, words } from "./site.ts";

/** Local time, an hour ahead of UTC. */
const begin = Date.UTC(2025, 2, 4);
const hour = 3_600_000;
const linesPerSecond = 21.4;
/** How much more or less than on average, by hour of the day. */
const daytime = [
  0.45, 0.35, 0.28, 0.25, 0.25, 0.3, 0.45, 0.7, 1, 1.2, 1.3, 1.35, 1.3, 1.3, 1.3, 1.3, 1.3, 1.35, 1.4, 1.5, 1.6, 1.45,
  1.1, 0.7,
];
const nastyShare = 0.001;
const tornShare = 0.000_02;

interface Client {
  readonly address: string;
  readonly agent: string;
}

export class Lines {
  readonly #random = new Random(20_250_304);
  readonly #places = placesOf(this.#random);
  readonly #pages = new Weighted(this.#places.entries().filter(([, { kind }]) => kind === page));
  readonly #clients = clientsOf(this.#random);
  /** Milliseconds: when the next line is written. */
  #clock = begin;

  /** With its line end. */
  next(): string {
    const random = this.#random;
    const pace = linesPerSecond * daytime[Math.floor(this.#clock / hour) % 24]!;
    this.#clock += ((random.fraction() + random.fraction()) * 1000) / pace;
    const client = this.#clients.draw(random);
    const isNasty = random.chance(nastyShare);
    const line = isNasty ? this.#nastyLine(client, nasty(random)) : this.#line(client, this.#places.draw(random));
    return random.chance(tornShare) ? `${line.slice(0, line.lastIndexOf('"') - 3)}\n` : `${line}\n`;
  }

  #line({ address, agent }: Client, place: Place): string {
    const random = this.#random;
    const { kind } = place;
    const method = kind.methods.draw(random);
    const status = kind.statuses.draw(random);
    const elapsed = elapsedOf(kind, random);
    const uri = this.#filled(place.path) + (place.query && random.chance(0.7) ? `?${this.#filled(place.query)}` : "");
    const protocol = random.chance(0.72) ? "HTTP/2.0" : random.chance(0.95) ? "HTTP/1.1" : "HTTP/1.0";
    const user = random.chance(0.012) ? random.pick(words) : "-";
    const referrer = random.chance(kind.referred) ? this.#referrer() : "-";
    const bytes = bytesOf(place, method, status, random);
    return `${address} - ${user} [${this.#time(elapsed)} +0100] "${method} ${uri} ${protocol}" ${status} ${bytes} "${referrer}" "${agent}" ${elapsed}`;
  }

  #nastyLine(client: Client, { request, status, bytes, referrer = "-", agent = client.agent }: Nasty): string {
    const elapsed = this.#random.below(20_000);
    return `${client.address} - - [${this.#time(elapsed)} +0100] "${request}" ${status} ${bytes} "${referrer}" "${agent}" ${elapsed}`;
  }

  /** A line is written when its request ends, and tells when that began: so lines are a little out of order. */
  #time(elapsed: number): string {
    return timeText(Math.floor((this.#clock - elapsed / 1000) / 1000));
  }

  /** `#` long numbers, `%` short ones, `~` words. */
  #filled(pattern: string): string {
    return pattern.replaceAll(/[#%~]/g, (sign) => {
      if (sign === "~") return this.#random.pick(words);
      return String(1 + this.#random.below(sign === "#" ? 2_000_000 : 12));
    });
  }

  #referrer(): string {
    const random = this.#random;
    if (random.chance(0.7))
      return random.chance(0.3) ? own : own + this.#filled(this.#pages.draw(random).path.slice(1));
    return random.pick(elsewhere);
  }
}

const own = "https://www.example.org/";
const elsewhere = [
  "https://www.google.com/",
  "https://www.google.com/",
  "https://www.google.com/",
  "https://www.google.de/",
  "https://www.bing.com/",
  "https://duckduckgo.com/",
  "https://t.co/",
  "https://news.example.com/item?id=43190217",
  "android-app://com.google.android.googlequicksearchbox/",
];

/** Many quick ones, and a long tail: some downloads take hours. */
function elapsedOf({ elapsed, slowness }: Kind, random: Random): number {
  let longest = Math.floor((elapsed * (64 + random.below(192))) / 64);
  for (let doublings = 0; doublings < 16 && random.chance(slowness); doublings++) longest *= 2;
  return longest;
}

/** `-` where no body is sent, as %b has it. */
function bytesOf({ kind, size }: Place, method: string, status: number, random: Random): string {
  if (method === "HEAD" || status === 304 || status === 204) return "-";
  if (status >= 300) return String(190 + random.below(400));
  return String(kind.elapsed < 1000 ? size : size + random.below(1 + (size >> 3)));
}

/** From networks that are set aside for examples and benchmarks. */
function clientsOf(random: Random): Weighted<Client> {
  const agent = new Weighted(agents);
  const clients = Array.from({ length: 24_000 }, () => ({ address: addressOf(random), agent: agent.draw(random) }));
  return new Weighted(zipf(clients, 1, 60));
}

function addressOf(random: Random): string {
  const group = (): string => random.below(65_536).toString(16);
  if (random.chance(0.14)) return `2001:db8:${group()}:${group()}::${group()}`;
  return random.chance(0.02)
    ? `203.0.113.${random.below(256)}`
    : `198.${18 + random.below(2)}.${random.below(256)}.${random.below(256)}`;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));
const minuteTexts = new Map<number, string>();

/** Seconds since 1970 as `04/Mar/2025:10:05:03`. */
function timeText(seconds: number): string {
  const minute = Math.floor(seconds / 60);
  let text = minuteTexts.get(minute);
  if (text === undefined) {
    const date = new Date(minute * 60_000);
    text = `${two[date.getUTCDate()]}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two[date.getUTCHours()]}:${two[date.getUTCMinutes()]}:`;
    minuteTexts.set(minute, text);
  }
  return text + two[seconds - minute * 60];
}
