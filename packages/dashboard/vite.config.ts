import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { bundlePage } from './build/bundle-page.ts';
import { precompressed } from './build/precompressed.ts';

/** For work on the dashboard alone: a server that runs, and a bearer for it. */
const { OCPP_LOGS_URL = 'http://127.0.0.1:9016', OCPP_LOGS_BEARER } = process.env;

const API = ['/rest/v1'];

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that a server behind a path of a proxy needs no build of its own.
  base: './',
  // Core is bundled from its sources, so that its own build need not come first.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  plugins: [react(), precompressed(), bundlePage()],
  build: {
    target: ['chrome120', 'firefox121', 'safari17'],
    // The policy of the page allows neither inline scripts nor data in place of files.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    // What the first page may load is held by scripts/check-bundle.mjs.
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    proxy: Object.fromEntries(
      API.map((path) => [
        path,
        {
          target: OCPP_LOGS_URL,
          changeOrigin: true,
          headers: OCPP_LOGS_BEARER === undefined ? {} : { authorization: `Bearer ${OCPP_LOGS_BEARER}` },
        },
      ]),
    ),
  },
});
