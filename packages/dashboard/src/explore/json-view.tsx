/** JSON as a person reads it: line by line, with findings where they belong. */

import { FINDINGS } from '@ocpp-logs/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { FindingBody } from '../api/answers.ts';
import { jsonLines, lineOfPath } from '../json/json-lines.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { shownText } from '../ui/shown-text.ts';
import styles from './json-view.module.css';

export interface JsonViewProps {
  readonly text: string;
  readonly label: string;
  readonly findings: readonly (FindingBody & { readonly inside: string })[];
}

/** Of what has more lines than that, only the first ones are shown as lines. */
const LINES_MAX = 4_000;
const LINES_FIRST = 1_000;
/** Beyond that a browser takes seconds to lay a text out. */
const RAW_MAX = 200_000;

/** As much of a text as is shown at once. */
export function beginning(text: string): string {
  if (text.length <= RAW_MAX) return text;
  const left = (text.length - RAW_MAX).toLocaleString('en');
  return `${text.slice(0, RAW_MAX)}…\n\n${left} characters more: copying gives all of them.`;
}

export function findingText({ code, text }: FindingBody): string {
  // Safe: a lookup by a code that is none gives nothing.
  return text ?? FINDINGS[code as keyof typeof FINDINGS]?.text ?? code;
}

export function JsonView({ text, label, findings }: JsonViewProps) {
  const [asRaw, showRaw] = useState(false);
  const all = useMemo(() => jsonLines(text, LINES_MAX), [text]);
  const long = all !== null && all.length > LINES_MAX;
  const lines = long ? all.slice(0, LINES_FIRST) : all;
  const place = useRef<HTMLElement>(null);
  // A finding far down is brought to where it is seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is the reason.
  useEffect(() => {
    const section = place.current;
    const line = section?.querySelector<HTMLElement>('[data-finding]');
    if (section && line) section.scrollTop = line.offsetTop - section.clientHeight / 2;
  }, [text, findings.length]);
  if (lines === null || asRaw) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
      <section className={styles.raw} tabIndex={0} aria-label={label}>
        {shownText(beginning(text))}
      </section>
    );
  }
  const told = new Map<number, readonly FindingBody[]>();
  for (const finding of findings) {
    const line = Math.max(0, lineOfPath(lines, finding.inside));
    told.set(line, [...(told.get(line) ?? []), finding]);
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as above.
    <section ref={place} className={styles.lines} tabIndex={0} aria-label={label}>
      {lines.map((line, number) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name than its number, and never moves.
        <div key={number} data-finding={told.has(number) ? '' : undefined}>
          <div className={`${styles.line} ${told.has(number) ? styles.marked : ''}`}>
            <span className={styles.lineNumber} aria-hidden="true">
              {number + 1}
            </span>
            <code style={{ paddingLeft: `${line.indent * 1.25 + 1.5}em` }}>
              {line.tokens.map((token, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                <span key={at} className={styles[token.kind]}>
                  {shownText(token.text)}
                </span>
              ))}
            </code>
          </div>
          {told.get(number)?.map((finding) => (
            <p
              key={`${finding.code}${finding.path}`}
              className={styles.finding}
              data-severity={finding.severity}
            >
              <Icon name="alert" size={13} />
              <span>
                <strong>{finding.code}</strong> {findingText(finding)}
                {finding.detail != null && finding.detail !== '' && ` (${shownText(finding.detail)})`}
                {finding.clause != null && <cite className={styles.clause}>{shownText(finding.clause)}</cite>}
              </span>
            </p>
          ))}
        </div>
      ))}
      {long && (
        <p className={styles.rest}>
          These are the first {LINES_FIRST.toLocaleString('en')} lines of {text.length.toLocaleString('en')}{' '}
          characters.{' '}
          <button
            type="button"
            className={`${controls.button} ${controls.small}`}
            onClick={() => showRaw(true)}
          >
            Show the raw text
          </button>
        </p>
      )}
    </section>
  );
}
