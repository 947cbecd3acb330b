/** Stands in place of a page that could not be shown, so that the way to the others stays. */

import { Component, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import controls from './control.module.css';
import styles from './notice.module.css';

interface BoundaryProps {
  /** Another one is tried anew. */
  readonly place: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly failed: boolean;
  readonly error: unknown;
}

const WELL: BoundaryState = { failed: false, error: null };

// React has boundaries as classes alone.
class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state = WELL;

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { failed: true, error };
  }

  override componentDidUpdate({ place }: BoundaryProps): void {
    if (this.state.failed && place !== this.props.place) this.setState(WELL);
  }

  override render(): ReactNode {
    return this.state.failed ? <Failed error={this.state.error} /> : this.props.children;
  }
}

export function FailureBoundary({ children }: { readonly children: ReactNode }) {
  const [place] = useLocation();
  return <Boundary place={place}>{children}</Boundary>;
}

function Failed({ error }: { readonly error: unknown }) {
  return (
    <main className={styles.page}>
      <h1>This page could not be shown</h1>
      <p role="alert">
        The server may be a newer one than the page: loading it again helps then. Otherwise it is a fault of
        ocpp-logs: {error instanceof Error ? error.message : String(error)}
      </p>
      <p>
        <button type="button" className={controls.button} onClick={() => window.location.reload()}>
          Load it again
        </button>
      </p>
    </main>
  );
}
