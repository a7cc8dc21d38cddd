// Robots by family, as they name themselves: how much of the traffic is theirs, and what answers they get.
import { definePipeline } from "../pipeline.ts";
import { statusClass } from "../status.ts";

/** Families by the word in their user agents. */
const families = [
  "Googlebot", "AdsBot-Google", "Mediapartners-Google", "GoogleOther", "Google-InspectionTool", "APIs-Google",
  "FeedFetcher-Google", "bingbot", "BingPreview", "AdIdxBot", "msnbot", "YandexBot", "YandexImages", "YandexMobileBot",
  "Baiduspider", "DuckDuckBot", "DuckAssistBot", "Applebot", "Slurp", "SeznamBot", "Sogou web spider", "360Spider", "YisouSpider",
  "coccocbot", "Qwantbot", "MojeekBot", "archive.org_bot", "ia_archiver", "CCBot", "AhrefsBot", "AhrefsSiteAudit",
  "SemrushBot", "MJ12bot", "DotBot", "rogerbot", "BLEXBot", "DataForSeoBot", "serpstatbot", "Barkrowler", "PetalBot",
  "Bytespider", "TikTokSpider", "GPTBot", "OAI-SearchBot", "ChatGPT-User", "ClaudeBot", "Claude-User",
  "Claude-SearchBot", "anthropic-ai", "PerplexityBot", "Perplexity-User", "Amazonbot", "meta-externalagent",
  "meta-externalfetcher", "facebookexternalhit", "facebookcatalog", "FacebookBot", "Twitterbot", "Slackbot",
  "Slack-ImgProxy", "LinkedInBot", "Discordbot", "TelegramBot", "WhatsApp", "Pinterestbot", "redditbot", "Diffbot",
  "ImagesiftBot", "cohere-ai", "Timpibot", "YouBot", "MistralAI-User",
]; // prettier-ignore

const familyOf = new Map(families.map((family) => [family.toLowerCase(), family]));
const family = new RegExp(families.map((word) => word.replaceAll(".", "\\.")).join("|"), "i");
/** A Cubot is a telephone. */
const robot = /(?<!cu)bot|crawl|spider/i;

export default definePipeline({
  name: "crawlers",
  description:
    "Requests of robots by family (as the user agent names itself; `other` for unknown ones) and status class.",
  example: "l2i load crawlers /var/log/apache2/access.log --out -",
  fields: ["userAgent", "status"],
  optional: ["bytes"],
  values: { bytes: "bytes" },
  categorize: ({ userAgent, status }) => {
    const agent = agentOf(userAgent);
    return agent === null ? null : { agent, status_class: statusClass(status) };
  },
});

function agentOf(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const known = family.exec(userAgent);
  if (known) return familyOf.get(known[0].toLowerCase()) ?? "other";
  return robot.test(userAgent) ? "other" : null;
}
