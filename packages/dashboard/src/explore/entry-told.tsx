/** All that is told of one entry: what it is, what came of it, both halves, fields, raw texts. */

import { type CSSProperties, type ReactNode, useState } from 'react';
import type { FindingBody, LogEntry } from '../api/answers.ts';
import { sinceText } from '../time/day-text.ts';
import { spanText } from '../time/instant-text.ts';
import { offsetText, timeText } from '../time/zone.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { shownText } from '../ui/shown-text.ts';
import { copyText } from '../ui/tell.ts';
import { DetailFields } from './detail-fields.tsx';
import styles from './detail-panel.module.css';
import { sentenceOf } from './entry-words.ts';
import { boxesOf, type EntryBox, findingsOf } from './frame-parts.ts';
import { beginning, findingText, JsonView } from './json-view.tsx';
import { isTrouble, wordsOfEntry } from './outcomes.ts';

export interface EntryToldProps {
  readonly entry: LogEntry;
  readonly zone: string;
  readonly q: string;
  readonly onSearch: (q: string) => void;
  /** What can be done with it; `time` as it is shown. */
  readonly actions: (time: string) => ReactNode;
  /** Whether all of it is there. */
  readonly complete: boolean;
}

export function EntryTold({ entry, zone, q, onSearch, actions, complete }: EntryToldProps) {
  const findings = entry.validation?.findings ?? [];
  const ms = Date.parse(entry.occurrence_time);
  const { exchange } = entry;
  const words = wordsOfEntry(entry);
  const up = exchange?.direction === 'station_to_csms';
  const boxes = boxesOf(entry, words.means);
  const sentence = sentenceOf(entry);
  const time = `${timeText(ms, zone, true)} ${offsetText(ms, zone)}`;
  return (
    <>
      <dl className={styles.facts}>
        <div
          onPointerEnter={({ currentTarget }) => {
            currentTarget.title = sinceText(Date.now() - ms);
          }}
        >
          <dt>Time</dt>
          <dd>{time}</dd>
        </div>
        <Fact
          name="Station"
          value={entry.charger_id + (entry.connector_id === null ? '' : ` · ${entry.connector_id}`)}
        />
        <Fact name="Site" value={entry.site_name} />
        {exchange?.direction != null && (
          <Fact name="Direction" value={up ? 'Station to CSMS' : 'CSMS to station'} />
        )}
        <Fact name="Outcome" value={words.label} tone={words.tone} />
        {exchange?.latency_ms != null && <Fact name="Latency" value={spanText(exchange.latency_ms)} />}
        {exchange?.ocpp_version != null && <Fact name="OCPP" value={exchange.ocpp_version} />}
        {exchange?.message_id != null && <Fact name="Message id" value={exchange.message_id} />}
      </dl>
      {sentence !== null && (
        <p className={`${styles.sentence} ${isTrouble(entry) ? styles.wrong : ''}`}>{shownText(sentence)}</p>
      )}
      {actions(time)}
      <Findings findings={findings} />
      {entry.validation?.complete === false && (
        <p className={styles.missing}>
          The entries around it were too many to look at: whether numbers or ids are out of order is unknown.
        </p>
      )}
      <div className={styles.halves} data-boxes={boxes.length} style={sharesOf(boxes)}>
        {boxes.map((box) => (
          <Box key={box.title} box={box} findings={findings} />
        ))}
      </div>
      <DetailFields entry={entry} q={q} onSearch={onSearch} />
      {complete && <RawTexts entry={entry} />}
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly tone?: string;
}

function Fact({ name, value, tone }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={tone === undefined ? '' : styles[`tone-${tone}`]}>
        <bdi>{shownText(value)}</bdi>
      </dd>
    </div>
  );
}

function Findings({ findings }: { readonly findings: readonly FindingBody[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className={styles.findings}>
      {findings.map((finding) => (
        <li
          key={`${finding.code} ${finding.path ?? ''} ${finding.detail ?? ''}`}
          data-severity={finding.severity}
        >
          <Icon name="alert" size={14} />
          <span>
            <strong>{finding.code}</strong> {findingText(finding)}
            {finding.path !== null && <code> {finding.path}</code>}
            {finding.path === null && finding.clause != null && ` (${shownText(finding.clause)})`}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A box has the room that its text needs: `{}` beside a long list needs little. */
function sharesOf(boxes: readonly EntryBox[]): CSSProperties {
  const share = (box: EntryBox | undefined) =>
    Math.min(64, Math.max(16, (box?.part?.text ?? box?.missing ?? '').length / 2));
  const shares = { '--first': `${share(boxes[0])}fr`, '--second': `${share(boxes[1])}fr` };
  // Safe: React takes properties of one's own, its types do not know them.
  return shares as CSSProperties;
}

interface BoxProps {
  readonly box: EntryBox;
  readonly findings: readonly FindingBody[];
}

function Box({ box: { title, part, missing }, findings }: BoxProps) {
  return (
    <section className={styles.half}>
      <h3>
        {title}
        {part !== null && <span className={styles.frame}>{part.name}</span>}
        {part !== null && (
          <button
            type="button"
            className={`${controls.icon} ${controls.small} ${styles.copy}`}
            aria-label={`Copy the ${title.toLowerCase()}`}
            onClick={() => void copyText(part.text, title)}
          >
            <Icon name="copy" size={14} />
          </button>
        )}
      </h3>
      {part === null ? (
        <p className={styles.missing}>{missing}</p>
      ) : (
        <JsonView
          text={part.text}
          label={part.name === '' ? title : `${title}, ${part.name}`}
          findings={findingsOf(findings, title === 'Answer' ? 'answer' : 'request')}
        />
      )}
    </section>
  );
}

function RawTexts({ entry: { raw } }: { readonly entry: LogEntry }) {
  const [open, setOpen] = useState(false);
  if (raw === undefined) return null;
  const texts = [raw.request_text, raw.response_text, raw.rejection_text].flatMap((text) => text ?? []);
  if (texts.length === 0) return null;
  return (
    <details className={styles.raw} open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        Raw text
        {raw.truncated && <span className={styles.note}>only its beginning was kept</span>}
        {raw.redacted.length > 0 && (
          <span className={styles.note}>secrets are masked: {raw.redacted.join(', ')}</span>
        )}
        {raw.encoding !== undefined && <span className={styles.note}>as base64, since it is not UTF-8</span>}
      </summary>
      {texts.map((text) => (
        <div key={text} className={styles.rawText}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
          <pre tabIndex={0}>{shownText(beginning(text))}</pre>
          <button
            type="button"
            className={`${controls.icon} ${controls.small}`}
            aria-label="Copy the raw text"
            onClick={() => void copyText(text, 'Raw text')}
          >
            <Icon name="copy" size={14} />
          </button>
        </div>
      ))}
    </details>
  );
}
