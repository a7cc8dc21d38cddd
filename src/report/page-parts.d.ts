// What the build makes of page/page.html.
declare module "*.html" {
  const parts: readonly [before: string, behind: string];
  export default parts;
}
