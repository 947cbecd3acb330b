/** Logs as `key=value`, as logrus of Go writes them where no terminal is: the line itself is a quoted text in them. */

import { type Carrier, whole } from './carrier.ts';

const VALUE = String.raw`(?:"(?:[^"\\]|\\.)*"|[^\s"]*)`;
const LINE = new RegExp(
  String.raw`^(?:time|ts)=("[^"]{10,40}"|\S{10,40})\s+(?:[\w.-]+=${VALUE}\s+){0,8}?msg="((?:[^"\\]|\\.)*)"`,
);

export const logfmt: Carrier = {
  name: 'logfmt',
  take(text) {
    const [all, stamp = '', quoted] = LINE.exec(text) ?? [];
    if (all === undefined || quoted === undefined) return null;
    const line = unquoted(quoted);
    return line === null ? null : whole(line, stamp.replaceAll('"', ''));
  },
};

/** Go quotes as JSON does, but for what no JSON would hold. */
function unquoted(text: string): string | null {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
