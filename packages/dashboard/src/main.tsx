import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Boundary } from './ui/boundary.tsx';
import { followTheme } from './ui/theme.ts';

followTheme();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element root');
const base = document.querySelector('meta[name="base-path"]')?.getAttribute('content') ?? '';
createRoot(root, {
  // What no boundary could hold leaves nothing on the page: say at least that.
  onUncaughtError: (error) => {
    reportError(error);
    root.textContent = 'The dashboard failed and could not be shown. Reload the page.';
  },
}).render(
  <StrictMode>
    <Boundary what="The dashboard" of="">
      <App base={base} />
    </Boundary>
  </StrictMode>,
);
