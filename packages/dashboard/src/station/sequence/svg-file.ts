/** A drawing of the page as a file: with the colours that it has now, and without what only the page can do. */

/** `color`: value of a custom property of the page, such as `--text`. */
export function withColours(text: string, color: (name: string) => string): string {
  return text.replaceAll(/var\((--[a-z-]+)\)/g, (_, name: string) => color(name));
}

export function svgFile(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) throw new Error('a copy of a drawing is a drawing');
  for (const link of copy.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  const style = getComputedStyle(document.documentElement);
  const text = new XMLSerializer().serializeToString(copy);
  return withColours(text, (name) => style.getPropertyValue(name).trim());
}

export function saveFile(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by the time the page is idle again.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
