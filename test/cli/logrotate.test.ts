// What logrotate's configuration says of a log: read as logrotate reads it, and judged by what l2i would miss.
import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { flawsOf, inWords, rotationOf } from "../../src/cli/check/logrotate.ts";
import { Desk } from "./desk.ts";

const conf = `# see "man logrotate"
weekly
rotate 4
compress
include FOLDER
# system-specific
"/srv/a b/access.log" /srv/*/site?.log /srv/[!x]1.log
/srv/more.log {
  copytruncate
}
include FOLDER
`;

const nginx = `/var/log/nginx/*.log {
	daily
	rotate 14
	delaycompress
	notifempty
	create 0640 www-data adm
	prerotate
		if [ -d /etc/logrotate.d/httpd-prerotate ]; then \\
			run-parts /etc/logrotate.d/httpd-prerotate; \\
		fi
	endscript
	postrotate
		invoke-rc.d nginx rotate >/dev/null 2>&1
	endscript
}
`;

/** A configuration with a folder that it includes. */
function configured(): Desk {
  const desk = new Desk();
  mkdirSync(desk.path("d"));
  desk.write("logrotate.conf", conf.replaceAll("FOLDER", desk.path("d")));
  desk.write("d/nginx", nginx);
  desk.write("d/nginx.dpkg-old", nginx.replaceAll("nginx", "old"));
  return desk;
}

test.each<[log: string, said: string | null]>([
  ["/var/log/nginx/access.log", "d/nginx, daily, rotate 14, compress, delaycompress"],
  ["/var/log/nginx/site/access.log", null],
  ["/var/log/old/access.log", null],
  ["/srv/a b/access.log", "logrotate.conf, weekly, rotate 4, compress, copytruncate"],
  ["/srv/www/site1.log", "logrotate.conf, weekly, rotate 4, compress, copytruncate"],
  ["/srv/more.log", "logrotate.conf, weekly, rotate 4, compress, copytruncate"],
  ["/srv/y1.log", "logrotate.conf, weekly, rotate 4, compress, copytruncate"],
  ["/srv/x1.log", null],
])("%s: %s", async (log, said) => {
  using desk = configured();
  const rotation = await rotationOf(log, desk.path("logrotate.conf"));
  expect(rotation && inWords(rotation)).toBe(said && desk.path(said));
});

test("no configuration, no rotation", async () => {
  expect(await rotationOf("/var/log/access.log", "/nowhere/logrotate.conf")).toBeNull();
});

test.each<[directives: string, flaws: RegExp[]]>([
  ["rotate 7", []],
  ["rotate 7\ncompress\ndelaycompress\ndateext", []],
  ["rotate 7\ndateext\ndateformat .%Y-%m-%d-%H", []],
  ["rotate 7\nolddir .", []],
  ["rotate 7\nextension .gz", []],
  ["rotate 7\ncopytruncate\nnocopytruncate", []],
  ["daily", [/keeps no rotated file \(rotate 0\).*; let it keep one/]],
  ["rotate 7\ncopytruncate", [/^copytruncate loses .*; take it away/]],
  ["rotate=7\ncompress", [/compresses at once.*; add delaycompress/]],
  ["rotate 7\nolddir old", [/moves rotated files to old, .*; take olddir away/]],
  ["rotate 7\nextension .log", [/end in \.log \(extension\).*; take extension away/]],
  ["rotate 7\ndateext\ndateformat _%d.%m.%Y", [/such as access\.log_02\.01\.2026 \(dateformat\).*; let dateformat be/]],
  ["rotate 0\ncopytruncate", [/^copytruncate/, /rotate 0/]],
])("%j", async (directives, flaws) => {
  using desk = new Desk().write("logrotate.conf", `/srv/access.log {\n${directives}\n}`);
  const rotation = await rotationOf("/srv/access.log", desk.path("logrotate.conf"));
  expect(flawsOf(rotation!, "/srv/access.log")).toEqual(flaws.map((flaw) => expect.stringMatching(flaw)));
});
