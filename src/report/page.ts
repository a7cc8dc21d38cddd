// The page: a template that is made when l2i is built, and the data in its middle. Text of a log gets into it here and nowhere else.
import { escapeJson } from "../printable.ts";
import type { ReportData } from "./data.ts";
import parts from "./page/page.html";

export function pageOf(data: ReportData): string {
  const [before, behind] = parts;
  return `${before}${scriptJson(data)}${behind}`;
}

/** Whether text begins as a page does, of whatever version of l2i. */
export function isPage(beginning: string): boolean {
  return beginning.startsWith("<!doctype html>") && beginning.includes("<title>l2i report</title>");
}

/** JSON that no parser of HTML takes for the end of its element, or for anything else than text. */
const scriptJson = (value: unknown): string => escapeJson(JSON.stringify(value)).replaceAll("<", "\\u003c");
