// Rules of exactly-once, each switched off: what the laws must notice. A mutant is a change of the source's text, made while a test
// loads it, so that no switch lives in the program.

/** @type {readonly { name: string, file: string, find: string, put: string }[]} */
export const mutants = [
  {
    name: "no intent is saved before points are sent",
    file: "src/load.ts",
    find: "await this.#save({ ...this.#brain, pending: { points, next, books: { tally, late, bytes, gap } } });",
    put: "",
  },
  {
    name: "the brainfile is written in place, not renamed",
    file: "src/own-file.ts",
    find: "const temporary = `${path}.tmp`;",
    put: "const temporary = path;",
  },
  {
    name: "the brainfile is renamed before it is synced",
    file: "src/own-file.ts",
    find: "await sync(file);",
    put: "",
  },
  {
    name: "the folder of the brainfile is not synced",
    file: "src/own-file.ts",
    find: "await syncFolder(dirname(path));",
    put: "",
  },
  {
    name: "late lines have no timestamp of their own",
    file: "src/frequencies/windows.ts",
    find: "return 1 + (this.#state.segment % (this.#windowing.windowMs - 1));",
    put: "return 0;",
  },
  {
    name: "the head of a log is not compared",
    file: "src/log/candidates.ts",
    find: 'if (place.head[read] !== undefined && place.head[read] !== sha256(content.head.subarray(0, read))) return "alike";',
    put: "",
  },
  {
    name: "the bytes before the offset are not compared",
    file: "src/log/candidates.ts",
    find: 'return place.marker === sha256(await tailBefore(content, place.offset)) ? "same" : "edited";',
    put: 'return "same";',
  },
  {
    name: "open windows are forgotten when the configuration changes",
    file: "src/log/verifiable.ts",
    find: "...closeWindows(state, state.windowMs, windowMs),",
    put: "open: new Map(),",
  },
  {
    name: "rotated generations are not watched",
    file: "src/load.ts",
    find: "previous: [...previous, ...kept],",
    put: "previous: [],",
  },
  {
    name: "the brainfile moves on before points are acknowledged",
    file: "src/load.ts",
    find: "await this.#save({ ...this.#brain, pending: { points, next, books: { tally, late, bytes, gap } } });",
    put: "await this.#save({ ...this.#brain, state: next, pending: null });",
  },
  {
    name: "two runs may work at once",
    file: "src/load.ts",
    find: "const lock = await takeLock(task.brainfile);",
    put: "const lock = { release: async () => {} };",
  },
  {
    name: "points in the out file are not synced",
    file: "src/sink/file.ts",
    find: "await file.datasync();",
    put: "",
  },
  {
    name: "an unfinished line of the out file is not cut off",
    file: "src/sink/file.ts",
    find: "cutUnfinishedLine(file.fd, stats.size);",
    put: "",
  },
];

/** A plugin that puts the mutant's text in place of the program's. Throws where the program no longer has that text. */
export const mutate = ({ file, find, put }) => ({
  name: "mutate",
  enforce: "pre",
  transform(code, id) {
    if (!id.endsWith(`/${file}`)) return null;
    if (code.split(find).length !== 2) throw new Error(`${file} does not have once: ${find}`);
    return code.replace(find, () => put);
  },
});
