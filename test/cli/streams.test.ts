// Standard streams that are closed or full: the exit code and what is remembered stay right, although nobody can be told.
import { expect, test } from "vitest";
import { combined, Desk } from "./desk.ts";
import { shell, start } from "./program.ts";

test.each([
  ">&-",
  "2>&-",
  "<&- >&- 2>&-",
  "> /dev/full",
  "2> /dev/full",
  "> /dev/full 2> /dev/full",
  "-v 2> /dev/full",
  "-v 2>&-",
])("l2i run %s", async (streams) => {
  using desk = new Desk().log(50).multibrain();
  const run = async (): Promise<number | null> => (await shell(`l2i run multibrain.json ${streams}`, desk.folder)).code;
  desk.remove("access.log");
  expect(await run()).toBe(1);
  expect(desk.brain()).toMatchObject({ offset: 0, failing: { code: "log" } });
  desk.log(50);
  expect(await run()).toBe(0);
  expect(desk.brain()).toMatchObject({ offset: desk.read("access.log").length, failing: null });
  expect(desk.counted()).toBe(50);
  desk.write("multibrain.json", "{");
  expect(await run()).toBe(2);
});

test("what fails is said at once, whether more comes from standard input or not", { timeout: 30_000 }, async () => {
  using desk = new Desk();
  const { child, result } = start(["load", "requests", "-", "--out", "/dev/full"], { cwd: desk.folder });
  const lines = combined.join("");
  for (let bytes = 0; bytes < 34 * 1024 * 1024; bytes += lines.length) child.stdin!.write(lines);
  const { code, stderr } = await result;
  expect(code).toBe(1);
  expect(stderr).toContain("cannot write to /dev/full: no space left on the device");
});
