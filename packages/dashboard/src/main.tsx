import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { followTheme } from './ui/theme.ts';

followTheme();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element root');
const base = document.querySelector('meta[name="base-path"]')?.getAttribute('content') ?? '';
createRoot(root).render(
  <StrictMode>
    <App base={base} />
  </StrictMode>,
);
