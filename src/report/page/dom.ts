// Elements without markup: what a log says becomes text and nothing else.

type Child = Node | string | null;

interface Properties {
  readonly [attribute: string]: string | number | boolean | null | ((event: Event) => void);
}

/** `on…` are listeners; false and null leave an attribute out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties))
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}
