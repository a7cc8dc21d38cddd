// The imagined site whose log is made: its routes, pages and files, and how each kind of request goes.
import { type Random, Weighted, zipf } from "./random.ts";

/** What requests of one kind have in common. */
export interface Kind {
  readonly methods: Weighted<string>;
  readonly statuses: Weighted<number>;
  /** Microseconds that a quick request takes. */
  readonly elapsed: number;
  /** How probable it is that a request takes twice as long, and so on. */
  readonly slowness: number;
  /** How often the browser says where it comes from. */
  readonly referred: number;
}

/** One path of the site; every `#` in it stands for a number that differs from request to request. */
export interface Place {
  readonly path: string;
  readonly kind: Kind;
  /** Bytes of its answer. */
  readonly size: number;
  /** What may follow a `?`, with numbers and words to be filled in; "" for nothing. */
  readonly query: string;
}

export const page: Kind = {
  methods: new Weighted([[960, "GET"], [25, "HEAD"], [15, "POST"]]),
  statuses: new Weighted([[860, 200], [50, 304], [30, 301], [20, 302], [25, 404], [4, 403], [4, 500], [2, 503], [1, 410]]),
  elapsed: 4_000,
  slowness: 0.42,
  referred: 0.26,
}; // prettier-ignore

const asset: Kind = {
  methods: new Weighted([[990, "GET"], [10, "HEAD"]]),
  statuses: new Weighted([[730, 200], [245, 304], [5, 206], [19, 404], [1, 403]]),
  elapsed: 90,
  slowness: 0.3,
  referred: 0.15,
}; // prettier-ignore

const api: Kind = {
  methods: new Weighted([[680, "GET"], [220, "POST"], [50, "PUT"], [30, "DELETE"], [12, "PATCH"], [8, "OPTIONS"]]),
  statuses: new Weighted([[780, 200], [90, 201], [60, 204], [20, 400], [18, 401], [8, 403], [14, 404], [3, 409], [3, 422], [2, 429], [5, 500], [2, 502], [1, 504]]),
  elapsed: 2_500,
  slowness: 0.45,
  referred: 0.12,
}; // prettier-ignore

const form: Kind = {
  methods: new Weighted([[450, "GET"], [550, "POST"]]),
  statuses: new Weighted([[520, 200], [400, 302], [60, 401], [15, 403], [5, 500]]),
  elapsed: 20_000,
  slowness: 0.4,
  referred: 0.7,
}; // prettier-ignore

/** What strangers look for. */
const probe: Kind = {
  methods: new Weighted([[800, "GET"], [190, "POST"], [10, "PROPFIND"]]),
  statuses: new Weighted([[900, 404], [70, 403], [25, 301], [5, 405]]),
  elapsed: 150,
  slowness: 0.2,
  referred: 0.02,
}; // prettier-ignore

const download: Kind = {
  methods: new Weighted([[970, "GET"], [30, "HEAD"]]),
  statuses: new Weighted([[820, 200], [120, 206], [40, 304], [20, 404]]),
  elapsed: 60_000,
  slowness: 0.5,
  referred: 0.4,
}; // prettier-ignore

const upload: Kind = {
  methods: new Weighted([[600, "POST"], [400, "PUT"]]),
  statuses: new Weighted([[300, 200], [600, 201], [50, 400], [40, 413], [10, 500]]),
  elapsed: 150_000,
  slowness: 0.5,
  referred: 0.26,
}; // prettier-ignore

interface Route {
  readonly weight: number;
  readonly kind: Kind;
  /** Number of paths. */
  readonly paths: number;
  readonly size: number;
  /** The path: `*` is a name of its own for each path. */
  readonly pattern: string;
  readonly query?: string;
}

const routes: readonly Route[] = [
  { weight: 60, kind: page, paths: 1, size: 14_200, pattern: "/" },
  { weight: 150, kind: asset, paths: 260, size: 24_000, pattern: "/assets/*.js", query: "v=%" },
  { weight: 40, kind: asset, paths: 40, size: 9_000, pattern: "/css/*.css" },
  { weight: 130, kind: asset, paths: 1400, size: 31_000, pattern: "/images/*.webp" },
  { weight: 40, kind: asset, paths: 700, size: 52_000, pattern: "/media/2025/02/*.jpg" },
  { weight: 18, kind: asset, paths: 12, size: 42_000, pattern: "/fonts/*.woff2" },
  { weight: 22, kind: asset, paths: 1, size: 1_150, pattern: "/favicon.ico" },
  { weight: 9, kind: asset, paths: 1, size: 320, pattern: "/robots.txt" },
  { weight: 4, kind: asset, paths: 1, size: 88_000, pattern: "/sitemap.xml" },
  { weight: 70, kind: page, paths: 900, size: 22_000, pattern: "/products/*" },
  { weight: 30, kind: page, paths: 60, size: 31_000, pattern: "/category/*", query: "page=%&sort=~" },
  { weight: 36, kind: page, paths: 420, size: 17_500, pattern: "/blog/*/" },
  { weight: 26, kind: page, paths: 520, size: 12_800, pattern: "/docs/guide/*.html" },
  { weight: 14, kind: page, paths: 160, size: 9_700, pattern: "/news/*" },
  { weight: 22, kind: page, paths: 1, size: 19_000, pattern: "/search", query: "q=~+~&page=%" },
  { weight: 12, kind: page, paths: 40, size: 8_800, pattern: "/help/*" },
  { weight: 6, kind: page, paths: 1, size: 6_100, pattern: "/about" },
  { weight: 4, kind: page, paths: 1, size: 5_400, pattern: "/contact" },
  { weight: 3, kind: page, paths: 1, size: 30_200, pattern: "/terms" },
  { weight: 12, kind: page, paths: 1, size: 41_000, pattern: "/feed", query: "format=atom" },
  { weight: 14, kind: page, paths: 300, size: 24_500, pattern: "/forum/*/thread/#" },
  { weight: 30, kind: api, paths: 8, size: 1_800, pattern: "/api/v2/*/#" },
  { weight: 34, kind: api, paths: 24, size: 3_100, pattern: "/api/v2/*", query: "limit=50&offset=#" },
  { weight: 12, kind: api, paths: 6, size: 640, pattern: "/api/v2/orders/#/*" },
  { weight: 16, kind: api, paths: 5, size: 420, pattern: "/graphql" },
  { weight: 12, kind: api, paths: 3, size: 60, pattern: "/events/*", query: "session=#&t=#" },
  { weight: 12, kind: form, paths: 1, size: 4_900, pattern: "/login" },
  { weight: 4, kind: form, paths: 1, size: 210, pattern: "/logout" },
  { weight: 14, kind: form, paths: 12, size: 7_600, pattern: "/account/*" },
  { weight: 12, kind: form, paths: 3, size: 6_900, pattern: "/cart/*" },
  { weight: 6, kind: form, paths: 4, size: 8_300, pattern: "/checkout/*" },
  { weight: 5, kind: download, paths: 60, size: 7_400_000, pattern: "/downloads/*.zip" },
  { weight: 1, kind: upload, paths: 3, size: 320, pattern: "/uploads/*" },
  { weight: 11, kind: asset, paths: 1, size: 2, pattern: "/health" },
  { weight: 9, kind: probe, paths: 1, size: 196, pattern: "/wp-login.php" },
  { weight: 5, kind: probe, paths: 60, size: 196, pattern: "/wp-content/plugins/*/readme.txt" },
  { weight: 3, kind: probe, paths: 1, size: 196, pattern: "/xmlrpc.php" },
  { weight: 3, kind: probe, paths: 1, size: 199, pattern: "/.env" },
  { weight: 2, kind: probe, paths: 1, size: 199, pattern: "/.git/config" },
  { weight: 2, kind: probe, paths: 8, size: 196, pattern: "/cgi-bin/*" },
]; // prettier-ignore

export const words = (
  "winter jacket summer light river stone garden copper paper window orange harbour bicycle kettle lantern meadow north " +
  "pocket quiet round silver thunder velvet willow yellow anchor button candle desert engine feather glass hammer island " +
  "jungle kitchen ladder marble needle olive planet quartz ribbon saddle timber umbrella valley wagon"
).split(" ");

/** All paths, each as often as its route and its rank in it make it. */
export function placesOf(random: Random): Weighted<Place> {
  return new Weighted(routes.flatMap((route) => zipf(pathsOf(route, random), route.weight, 2)));
}

function pathsOf({ kind, paths, size, pattern, query = "" }: Route, random: Random): Place[] {
  return Array.from({ length: paths }, (_, index) => ({
    path: pattern.replace("*", () => nameOf(index, random)),
    kind,
    query,
    size: paths === 1 ? size : Math.floor((size * (256 + random.below(1024))) / 768),
  }));
}

/** One to three words, and the index, so that no two are the same. */
function nameOf(index: number, random: Random): string {
  const parts = Array.from({ length: 1 + random.below(3) }, () => random.pick(words));
  return index < 12 ? parts.join("-") + (index || "") : `${parts.join("-")}-${index}`;
}
