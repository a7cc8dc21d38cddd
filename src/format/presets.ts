// Formats by name: those that httpd and its packages bring along, under their names there, and one with the time taken.

export interface Preset {
  readonly name: string;
  readonly description: string;
  /** As in httpd.conf. */
  readonly logFormat: string;
  readonly example: string;
  readonly documentation: string;
}

const common = String.raw`%h %l %u %t \"%r\" %>s %b`;
const combined = String.raw`${common} \"%{Referer}i\" \"%{User-Agent}i\"`;
const line = '192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /index.html HTTP/1.1" 200 2326';
const agent = '"http://www.example.com/start.html" "Mozilla/5.0 (X11; Linux x86_64)"';

const documentation = "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#examples";

export const presets: readonly Preset[] = [
  { name: "common", description: "Common Log Format", logFormat: common, example: line, documentation },
  {
    name: "combined",
    description: "common with referrer and user agent",
    logFormat: combined,
    example: `${line} ${agent}`,
    documentation,
  },
  {
    name: "vhost_common",
    description: "common behind virtual host and port",
    logFormat: `%v:%p ${common}`,
    example: `www.example.com:443 ${line}`,
    documentation,
  },
  {
    name: "vhost_combined",
    description: "combined behind virtual host and port, as Debian has it in other_vhosts_access.log",
    logFormat: `%v:%p ${combined}`,
    example: `www.example.com:443 ${line} ${agent}`,
    documentation,
  },
  {
    name: "combined_elapsed",
    description: "combined with the time taken in microseconds at the end",
    logFormat: `${combined} %D`,
    example: `${line} ${agent} 18250`,
    documentation,
  },
];
