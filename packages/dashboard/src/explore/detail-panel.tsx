/** One entry, all of it. */

import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, useState } from 'react';
import type { FindingBody, LogEntry } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { isStatus } from '../api/problem.ts';
import { sinceText } from '../time/day-text.ts';
import { spanText } from '../time/instant-text.ts';
import { offsetText, timeText } from '../time/zone.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { shownText } from '../ui/shown-text.ts';
import { copyText } from '../ui/tell.ts';
import { DetailActions } from './detail-actions.tsx';
import { DetailFields } from './detail-fields.tsx';
import styles from './detail-panel.module.css';
import { sentenceOf } from './entry-words.ts';
import type { EntryKey, ExploreState } from './explore-state.ts';
import { boxesOf, type EntryBox, findingsOf } from './frame-parts.ts';
import { beginning, findingText, JsonView } from './json-view.tsx';
import { isTrouble, wordsOfEntry } from './outcomes.ts';

export interface DetailPanelProps {
  readonly entryKey: EntryKey;
  /** As the table has it, until all of it has come. */
  readonly known: LogEntry | null;
  readonly zone: ZoneOf;
  readonly q: string;
  readonly onClose: () => void;
  readonly onStep: (by: number) => void;
  readonly onTrouble: () => void;
  readonly onGo: (change: Partial<ExploreState>) => void;
  readonly permalink: (entry: LogEntry) => string;
}

function useEntry({ site, id }: EntryKey) {
  const client = useClient();
  const path = `/ocpp-logs/site/${encodeURIComponent(site)}/entry/${encodeURIComponent(id)}`;
  return useQuery({
    queryKey: ['entry', site, id],
    // An answer may still come, and with it the outcome.
    staleTime: 5_000,
    // It is compared by recursion, which a message that is nested deep would break.
    structuralSharing: false,
    queryFn: ({ signal }) =>
      client.get<LogEntry>(path, { signal, params: { include: 'exchange,raw,validation' } }),
  });
}

export function DetailPanel(props: DetailPanelProps) {
  const { entryKey, known, onClose, onStep, onTrouble } = props;
  const asked = useEntry(entryKey);
  const entry = asked.data ?? known;
  return (
    <aside className={styles.panel} aria-label="Entry">
      <header className={styles.head}>
        <div className={styles.steps}>
          <button
            type="button"
            className={`${controls.icon} ${controls.small}`}
            onClick={() => onStep(-1)}
            aria-label="Entry above"
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            className={`${controls.icon} ${controls.small}`}
            onClick={() => onStep(1)}
            aria-label="Entry below"
          >
            <Icon name="down" />
          </button>
          <button
            type="button"
            className={`${controls.plain} ${controls.small}`}
            onClick={onTrouble}
            title="Next entry with an error or a fault (e)"
          >
            <Icon name="alert" size={14} /> Next error
          </button>
        </div>
        <h2 className={styles.title}>
          {entry === null ? 'Entry' : shownText(entry.action ?? wordsOfEntry(entry).label)}
        </h2>
        <button
          type="button"
          className={`${controls.icon} ${controls.small}`}
          onClick={onClose}
          aria-label="Close the entry"
        >
          <Icon name="close" />
        </button>
      </header>
      <div className={styles.body}>
        {asked.isError && (
          <p role="alert" className={styles.fault}>
            {isStatus(asked.error, 404)
              ? 'This entry is no longer there: its time of retention is over, or it was never readable with these rights.'
              : `The whole entry could not be loaded: ${asked.error.message}`}
          </p>
        )}
        {entry !== null && <Whole {...props} entry={entry} complete={asked.data !== undefined} />}
      </div>
    </aside>
  );
}

interface WholeProps extends DetailPanelProps {
  readonly entry: LogEntry;
  readonly complete: boolean;
}

function Whole({ entry, zone, q, onGo, permalink, complete }: WholeProps) {
  const findings = entry.validation?.findings ?? [];
  const place = zone.ofSite(entry.site_id);
  const ms = Date.parse(entry.occurrence_time);
  const { exchange } = entry;
  const words = wordsOfEntry(entry);
  const up = exchange?.direction === 'station_to_csms';
  const boxes = boxesOf(entry, words.means);
  const sentence = sentenceOf(entry);
  const time = `${timeText(ms, place, true)} ${offsetText(ms, place)}`;
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
      <DetailActions entry={entry} time={time} onGo={onGo} permalink={permalink} />
      <Findings findings={findings} />
      <div className={styles.halves} data-boxes={boxes.length} style={sharesOf(boxes)}>
        {boxes.map((box) => (
          <Box key={box.title} box={box} findings={findings} />
        ))}
      </div>
      <DetailFields entry={entry} q={q} onSearch={(next) => onGo({ q: next })} />
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
        <li key={`${finding.code} ${finding.path ?? ''}`} data-severity={finding.severity}>
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
