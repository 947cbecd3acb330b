/** Keeps a fault of one part from blanking everything around it. */

import { Component, type ReactNode, useEffect, useState } from 'react';
import controls from './control.module.css';
import styles from './notice.module.css';
import { PartMissing } from './part.tsx';
import { reloadNow, reloadOnce } from './reload.ts';

/** A part that could not be loaded is tried again so often, ms. */
const TRY_MS = 3_000;

export interface BoundaryProps {
  /** As in: this page could not be shown. */
  readonly what: string;
  /** Another one is another try. */
  readonly of: string;
  /** Whether it is a part beside a page, and not a page. */
  readonly beside?: boolean;
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
  readonly failed: boolean;
}

const NO_FAULT: State = { error: null, failed: false };

/** A class, since React has no other form of it. */
export class Boundary extends Component<BoundaryProps, State> {
  override state: State = NO_FAULT;

  static getDerivedStateFromError(error: unknown): State {
    return { error, failed: true };
  }

  override componentDidUpdate({ of }: BoundaryProps): void {
    if (this.state.failed && of !== this.props.of) this.setState(NO_FAULT);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Fault what={this.props.what} whole={this.props.beside !== true} error={this.state.error} />;
  }
}

interface FaultProps {
  readonly what: string;
  readonly whole: boolean;
  readonly error: unknown;
}

function Fault({ what, whole, error }: FaultProps) {
  const [away, setAway] = useState(false);
  const missing = error instanceof PartMissing;
  useEffect(() => {
    if (!missing) return;
    // Nothing of it was ever there, so that nothing is lost by going on as soon as the server answers.
    const timer = setInterval(() => void reloadOnce(), TRY_MS);
    return () => clearInterval(timer);
  }, [missing]);
  const [Place, Title] = whole ? (['main', 'h1'] as const) : (['aside', 'h2'] as const);
  return (
    <Place className={styles.page} aria-label={whole ? undefined : what}>
      <Title>{what} could not be shown</Title>
      <p role="alert">
        {missing
          ? 'It could not be loaded. The server may be away for a moment: this page goes on by itself when it is back.'
          : `It is a fault of ocpp-logs: ${error instanceof Error ? error.message : String(error)}`}
      </p>
      {away && <p>The server does not answer yet.</p>}
      <p>
        <button
          type="button"
          className={controls.button}
          onClick={() => void reloadNow().then((goes) => setAway(!goes))}
        >
          Reload
        </button>
      </p>
    </Place>
  );
}
