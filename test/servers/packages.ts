// Finds the real servers that tests and fixtures run against: in PATH, else as Debian packages that are unpacked, with the
// libraries they need, into a cache folder. No root needed, nothing is installed, and the machine's own apt state stays untouched.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Program {
  readonly path: string;
  /** The version of its Debian package, `unknown` when it came into PATH by other means. */
  readonly version: string;
  /** The root below which the package's other files lie: `/`, or its folder in the cache. */
  readonly root: string;
  /** Environment for running it: the caller's, and where its libraries are. */
  readonly env: NodeJS.ProcessEnv;
}

const programs = new Map<string, Promise<Program>>();

/**
 * The program at `path` of a Debian package, for example `binary("influxdb", "/usr/bin/influxd")`. The first call for
 * a program prints its version. Throws with the way out when the program can neither be found nor fetched.
 */
export function binary(packageName: string, path: string): Promise<Program> {
  const known = programs.get(path);
  if (known) return known;
  const program = installed(packageName, path).then((found) => found ?? fetched(packageName, path));
  programs.set(path, program);
  return program.then((found) => {
    console.log(`${packageName} ${found.version}: ${found.path}`);
    return found;
  });
}

async function installed(packageName: string, path: string): Promise<Program | undefined> {
  // Debian's servers are in /usr/sbin, which only root has in PATH: so the package's own path is looked at, too.
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const found = [...folders.map((folder) => join(folder, basename(path))), path].find((file) => existsSync(file));
  if (!found) return undefined;
  const version = await run("dpkg-query", ["--show", "--showformat=${Version}", packageName]).then(
    ({ stdout }) => stdout || "unknown",
    () => "unknown",
  );
  return { path: found, version, root: "/", env: process.env };
}

async function fetched(packageName: string, path: string): Promise<Program> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "l2i-test");
  const root = join(cache, packageName);
  if (!existsSync(root)) await fetchPackage(packageName, path, cache, root);
  const libraries = await libraryFolders(root);
  return {
    path: join(root, path),
    version: (await readFile(join(root, "version"), "utf8")).trim(),
    root,
    env: libraries.length === 0 ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries.join(delimiter) },
  };
}

// apt downloads what dpkg's status file does not list as installed, so the package and its missing libraries. The lock makes
// other processes wait for the one that downloads (the kernel frees it when its holder dies); the rename shows whole folders only.
const script = `
  if [ -e "$root" ]; then exit; fi
  apt="$cache/apt"
  rm -rf "$root.new" "$apt/archives"
  mkdir -p "$apt/lists/partial" "$apt/archives/partial"
  quietly() {
    apt-get -qq -o Dir::State="$apt" -o Dir::State::status=/var/lib/dpkg/status \\
      -o Dir::Cache="$apt" -o Dir::Cache::archives=archives/ \\
      -o Debug::NoLocking=true -o APT::Sandbox::User="$(id -un)" "$@" </dev/null >&2
  }
  quietly update
  quietly install --download-only --yes --no-install-recommends "$package"
  for deb in "$apt"/archives/*.deb; do dpkg -x "$deb" "$root.new"; done
  dpkg-deb --field "$apt/archives/\${package}_"*.deb Version >"$root.new/version"
  mv -T "$root.new" "$root"
  rm -rf "$apt/archives"
`;

async function fetchPackage(packageName: string, path: string, cache: string, root: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  try {
    await run("flock", [join(cache, "lock"), "sh", "-euc", script], {
      env: { ...process.env, cache, root, package: packageName },
    });
  } catch (error) {
    // The error's own message repeats the whole script.
    const stderr = error instanceof Error && "stderr" in error ? error.stderr : undefined;
    const said = typeof stderr === "string" && stderr !== "" ? stderr.trim() : String(error);
    throw new Error(
      `${basename(path)} is not in PATH and could not be fetched from Debian's archive: ${said}\n` +
        `Install the Debian package ${packageName}, or put ${basename(path)} into PATH by other means.`,
      { cause: error },
    );
  }
}

/** Debian keeps libraries in a folder named by the machine's architecture, such as usr/lib/x86_64-linux-gnu. */
async function libraryFolders(root: string): Promise<string[]> {
  const parents = [join(root, "usr/lib"), join(root, "lib")].filter((folder) => existsSync(folder));
  const children = await Promise.all(
    parents.map(async (parent) => (await readdir(parent)).map((name) => join(parent, name))),
  );
  return children.flat().filter((folder) => folder.includes("-linux-gnu"));
}
