/** null for what is nested deeper than the browser can write. */
export function jsonText(value: unknown, indent = 0): string | null {
  try {
    return JSON.stringify(value, null, indent);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
