import '../ui/tokens.css';
import '../ui/base.css';
import { BUNDLE_PARTS } from '@ocpp-logs/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Boundary } from '../ui/boundary.tsx';
import { OfflineApp } from './offline-app.tsx';
import { OpenBundle } from './open-bundle.ts';
import { textOfPart } from './parts.ts';

async function open(root: HTMLElement): Promise<void> {
  const [head, entries] = await Promise.all([
    textOfPart(BUNDLE_PARTS.head),
    textOfPart(BUNDLE_PARTS.entries),
  ]);
  createRoot(root).render(
    <StrictMode>
      <Boundary what="The bundle" of="">
        <OfflineApp bundle={new OpenBundle(head, entries)} />
      </Boundary>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no element root');
open(root).catch((error: unknown) => {
  reportError(error);
  root.textContent =
    'The bundle could not be opened: it is not whole, or this browser is older than 2023 and cannot unpack it.';
});
