// Makes a Debian package of the executable, dist-binary/l2i_VERSION_ARCHITECTURE.deb, or in the folder that is named and has the
// executable. It holds a Node of its own, since Debian's is older than what l2i needs. No root needed, but dpkg.
import { execFileSync } from "node:child_process";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const [folder = "dist-binary"] = process.argv.slice(2);
const executable = join(folder, "l2i");
const own = "packaging/debian";
const documents = "usr/share/doc/l2i";

const architecture = said("dpkg", "--print-architecture").trim();
const { version } = JSON.parse(await readFile("package.json", "utf8"));
const root = await mkdtemp(join(tmpdir(), "l2i-deb-"));
try {
  await chmod(root, 0o755);
  await putProgram();
  await putUnits();
  await putDocuments();
  await putControl();
  const file = join(folder, `l2i_${version}_${architecture}.deb`);
  // 39 MB in 3 s; xz makes 24 MB of it, in a minute and a half.
  said("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", root, file);
  process.stdout.write(`${file}\n`);
} finally {
  await rm(root, { recursive: true });
}

async function putProgram() {
  await put("usr/bin/l2i", await readFile(executable), 0o755);
  await put("usr/share/man/man1/l2i.1.gz", gzipSync(said(executable, "show", "man"), { level: 9 }));
  await put("usr/share/bash-completion/completions/l2i", said(executable, "show", "bash-completion"));
  await put("usr/share/zsh/vendor-completions/_l2i", said(executable, "show", "zsh-completion"));
}

async function putUnits() {
  await mkdir(join(root, "etc/l2i"), { recursive: true });
  await put("etc/cron.d/l2i", await readFile(join(own, "cron")));
  for (const unit of ["l2i.service", "l2i.timer"])
    await put(`lib/systemd/system/${unit}`, await readFile(join(own, unit)));
}

async function putDocuments() {
  const licences = [await readFile("LICENSE", "utf8"), await readFile(join(folder, "LICENSES.txt"), "utf8")];
  await put(`${documents}/copyright`, licences.join(`\n${"-".repeat(80)}\n`));
  await put(`${documents}/changelog.gz`, gzipSync(await readFile("CHANGELOG.md"), { level: 9 }));
  await put(`${documents}/README.Debian`, await readFile(join(own, "README.Debian")));
  await put(`${documents}/examples/multibrain.json`, await readFile(join(own, "multibrain.json")));
  await put(`${documents}/README.md`, await readFile("README.md"));
  for (const entry of await readdir("docs", { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name); // until Node 20.12 it was called path
    if (entry.isFile()) await put(`${documents}/${path}`, await readFile(path));
  }
}

async function putControl() {
  const size = Math.ceil((await lstat(executable)).size / 1024);
  const control = (await readFile(join(own, "control"), "utf8"))
    .replace("@version@", version)
    .replace("@architecture@", architecture)
    .replace("@size@", String(size));
  await put("DEBIAN/control", control);
  await put("DEBIAN/conffiles", "/etc/cron.d/l2i\n");
  for (const script of ["postinst", "prerm", "postrm"])
    await put(`DEBIAN/${script}`, await readFile(join(own, script)), 0o755);
}

/** Whatever the umask is. */
async function put(path, content, mode = 0o644) {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await writeFile(file, content);
  await chmod(file, mode);
}

function said(command, ...words) {
  try {
    return execFileSync(command, words, { encoding: "utf8", maxBuffer: 2 ** 24, stdio: ["ignore", "pipe", "inherit"] });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error(
      command === executable
        ? `there is no ${executable} yet: npm run build:binary`
        : `${command} is not here; a Debian package is made on Debian or Ubuntu, or with the package dpkg installed`,
      { cause: error },
    );
  }
}
