export interface Chromium {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}
export function findChromium(named?: string, places?: readonly string[], unpacked?: string): Chromium | null;
