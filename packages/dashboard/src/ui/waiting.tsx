/**
 * What a page is until it is there: the same as index.html shows by itself, so that nothing flashes between. A page like
 * any other, with a landmark and a heading that screen readers find: it may be all there is for a while.
 */

export interface WaitingProps {
  readonly words: string;
  /** Whether nothing is around it yet. */
  readonly alone?: boolean;
}

export function Waiting({ words, alone = false }: WaitingProps) {
  return (
    <div className="start">
      {alone && <header className="start-bar">ocpp-logs</header>}
      <main>
        <div className="start-progress" role="progressbar" aria-label={words} />
        <h1 className="start-words">{words}…</h1>
      </main>
    </div>
  );
}
