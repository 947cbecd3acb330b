/** What a page is until it is there: the same as index.html shows by itself, so that nothing flashes between. */

export interface WaitingProps {
  readonly words: string;
  /** Whether nothing is around it yet. */
  readonly alone?: boolean;
}

export function Waiting({ words, alone = false }: WaitingProps) {
  return (
    <div className="start">
      {alone && <div className="start-bar">ocpp-logs</div>}
      <div className="start-progress" role="progressbar" aria-label={words} />
      <p className="start-words">{words}…</p>
    </div>
  );
}
