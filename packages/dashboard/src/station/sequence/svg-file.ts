/** A drawing of the page as a file: legible anywhere, so on a light ground, and without what only the page can do. */

/** What the page's properties are in the light theme. */
export const FILE_COLORS: Readonly<Record<string, string>> = {
  '--surface': '#ffffff',
  '--raised': '#ffffff',
  '--sunken': '#eef1f3',
  '--line-strong': '#7d8a92',
  '--text': '#16212a',
  '--muted': '#55636d',
  '--bad': '#cf3a30',
  '--bad-text': '#b3261e',
  '--slow': '#c77700',
  '--slow-text': '#8a4f00',
  '--slow-soft': '#fdf1de',
};

export function withColors(text: string): string {
  return text.replaceAll(/var\((--[a-z-]+)\)/g, (whole, name: string) => FILE_COLORS[name] ?? whole);
}

const PAGE_ONLY = ['class', 'role', 'aria-description'];

export function svgFile(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) throw new Error('a copy of a drawing is a drawing');
  for (const link of copy.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const name of PAGE_ONLY) element.removeAttribute(name);
  }
  copy.setAttribute('role', 'img');
  return `${withColors(new XMLSerializer().serializeToString(copy))}\n`;
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
