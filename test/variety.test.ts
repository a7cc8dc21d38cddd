// Series that come and go: no window goes beyond its limit, but a store that keeps them all grows without end. That is said.
import { expect, test } from "vitest";
import { Laboratory } from "./laboratory/laboratory.ts";

const minute = 60_000;

/** Downloads of 90 files in a minute, where a window may have 100 series. */
function laboratory(options: object = {}): Laboratory {
  const lab = new Laboratory();
  lab.options = { pipeline: "downloads", set: { prefix: "/page/" }, maxSeries: 100, format: "combined", ...options };
  return lab;
}

const other = (lab: Laboratory): string => Array.from({ length: 90 }, () => lab.line(lab.now)).join("");
const same = (lab: Laboratory): string =>
  Array.from({ length: 90 }, (_, index) => lab.line(lab.now).replace(/page\/\d+/, `page/${index}`)).join("");

/** Runs once a minute; answers in which minutes it was said. */
async function minutesSaid(lab: Laboratory, minutes: number, lines: typeof other): Promise<number[]> {
  const said: number[] = [];
  for (let index = 0; index < minutes; index++) {
    lab.now += minute;
    lab.messages.said.length = 0;
    lab.appendText(lines(lab));
    expect(await lab.run()).toMatchObject({ outcome: "loaded", lines: 90 });
    if (lab.messages.said.some((message) => /^warn .* downloads made \d+ different series .* 100 /.test(message)))
      said.push(index);
  }
  return said;
}

test.each(["totals", "parts"])(
  "other series in every window are said once, then hourly; written as %s",
  async (writes) => {
    using lab = laboratory({ writes });
    const said = await minutesSaid(lab, 63, other);
    if (writes === "totals") expect(said).toEqual([1, 61]);
    else expect(said).toEqual([]); // each run has the series of one window, and remembers none
    expect(lab.total()).toBe(63 * 90);
  },
);

test("the same series in every window are no matter", async () => {
  using lab = laboratory();
  expect(await minutesSaid(lab, 15, same)).toEqual([]);
});
