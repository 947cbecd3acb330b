/** The data blocks of the page: gzip in base64. */

/** The text of a block. Throws where there is none, or it is torn. */
export async function textOfPart(id: string): Promise<string> {
  const packed = document.getElementById(id)?.textContent;
  if (packed == null) throw new Error(`the page has no block ${id}`);
  const bytes = Uint8Array.from(atob(packed.trim()), (char) => char.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(unpacked).text();
}
