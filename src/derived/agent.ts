// What a user agent says of itself: browser, operating system, and whether a person sits before it. Loaded only where a rule asks
// for it. Strangers write these texts, so what comes out is one of the names that the libraries know, else `other`.
import Bowser from "bowser";
import { isbot } from "isbot";
import { copyOf } from "../format/text.ts";

export interface Agent {
  readonly browser: string;
  readonly os: string;
  readonly bot: boolean;
}

/** Characters that are looked at. The longest of 1,915 agents in real logs had 329; so many take 0.1 ms, whatever is in them. */
const longest = 512;

/** Agents that are remembered. When there are more all are forgotten: strangers can make up any number. */
const most = 4096;

export class Agents {
  readonly #known = new Map<string, Agent>();

  of(userAgent: string): Agent {
    const text = userAgent.slice(0, longest);
    const known = this.#known.get(text);
    if (known) return known;
    const agent = agentOf(text);
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(copyOf(text), agent);
    return agent;
  }
}

function agentOf(text: string): Agent {
  const bot = isbot(text);
  if (text === "") return { browser: other, os: other, bot }; // for which Bowser throws
  const parser = Bowser.getParser(text, true); // to parse all that it can takes twice as long
  return {
    browser: bot ? other : oneOf(browsers, parser.parseBrowser().name),
    os: oneOf(systems, parser.parseOS().name),
    bot,
  };
}

const other = "other";
const browsers: ReadonlySet<string | undefined> = new Set(Object.values(Bowser.BROWSER_MAP));
const systems: ReadonlySet<string | undefined> = new Set(Object.values(Bowser.OS_MAP));

const oneOf = (known: ReadonlySet<string | undefined>, name: string | undefined): string =>
  name !== undefined && known.has(name) ? name : other;
