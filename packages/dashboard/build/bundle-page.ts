/**
 * Builds the page of a bundle, `bundle.html`: one file that holds its script and its style, and asks nobody for anything.
 * The server puts the entries in the place that is left for them.
 */

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, type Plugin, type ResolvedConfig } from 'vite';

const ENTRY = 'src/offline/main.tsx';
/** As the server knows it. */
const PLACE = '<!--entries-->';

export function bundlePage(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'bundle-page',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const { root, resolve, build: own } = config;
      const made = await build({
        configFile: false,
        root,
        logLevel: 'warn',
        plugins: [react()],
        resolve: { conditions: resolve.conditions },
        build: {
          write: false,
          target: own.target,
          cssTarget: own.cssTarget,
          cssCodeSplit: false,
          modulePreload: false,
          copyPublicDir: false,
          reportCompressedSize: false,
          rolldownOptions: { input: join(root, ENTRY), output: { format: 'iife', codeSplitting: false } },
        },
      });
      const [output] = Array.isArray(made) ? made : [made];
      if (output === undefined || !('output' in output)) throw new Error('the page of bundles was not built');
      const scripts = output.output.flatMap((part) => (part.type === 'chunk' ? [part.code] : []));
      const styles = output.output.flatMap((part) =>
        part.type === 'asset' && part.fileName.endsWith('.css') ? [textOf(part.source)] : [],
      );
      if (scripts.length !== 1 || styles.length !== 1 || output.output.length !== 2)
        throw new Error('the page of bundles must be one script and one style');
      writeFileSync(join(root, own.outDir, 'bundle.html'), pageOf(scripts.join(''), styles.join('')));
    },
  };
}

function textOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}

function pageOf(script: string, style: string): string {
  // Inside of a script these would end it, or hide its end, and a line end of another kind changes its hash.
  if (/<\/script|<!--|\r/i.test(script)) throw new Error('the script of bundles cannot stand in a page');
  if (/<\/style|<!--|\r/i.test(style)) throw new Error('the style of bundles cannot stand in a page');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>ocpp-logs bundle</title>
<style>${style}</style>
</head>
<body>
<div id="root"><main><p role="status">Opening the bundle…</p></main></div>
<noscript><p>This page shows what is in it by JavaScript, which is off here. It asks nobody for anything.</p></noscript>
${PLACE}<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
