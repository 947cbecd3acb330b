/** A page as the build would make it, and what a bundle holds. */

import { gunzipSync } from 'node:zlib';
import { BUNDLE_PARTS, type BundleEntry, type BundleHead, readBundleRow } from '@ocpp-logs/core';
import type { EntrySource } from '../../store/store.ts';
import { bundleFormat } from '../bundle.ts';
import { estimateExport } from '../estimate.ts';
import type { ExportEstimate, ExportResult, ExportWish } from '../export.ts';
import type { ByteSink } from '../format.ts';
import { FORMATS, type Formats } from '../formats.ts';
import { runExport } from '../run.ts';
import { type BundlePage, pageOf } from './bundle-page.ts';

export const PAGE: BundlePage = pageOf('<!doctype html><body><!--entries--><script>open()</script></body>');

/** Without a build of the dashboard. */
export const BUILT_FORMATS: Formats = { ...FORMATS, bundle: bundleFormat(() => PAGE) };

type Tell = Parameters<typeof runExport>[3];

export const runBuilt = (
  source: EntrySource,
  wish: ExportWish,
  sink: ByteSink,
  tell?: Tell,
  signal?: AbortSignal,
): Promise<ExportResult> => runExport(source, wish, sink, tell, signal, BUILT_FORMATS);

export const estimateBuilt = (source: EntrySource, wish: ExportWish): Promise<ExportEstimate> =>
  estimateExport(source, wish, BUILT_FORMATS);

const PART = /<script type="application\/gzip" data-encoding="base64" id="([^"]+)">([^<]*)<\/script>\n/g;

export interface ReadBundle {
  readonly head: BundleHead;
  /** Texts as they were packed. */
  readonly texts: { readonly head: string; readonly entries: string; readonly trace: string };
  readonly entries: readonly BundleEntry[];
  /** Of the page, all that is no data. */
  readonly page: string;
}

export function readBundle(html: Uint8Array): ReadBundle {
  const text = Buffer.from(html).toString();
  const parts = new Map(
    [...text.matchAll(PART)].map(([, id = '', data = '']) => [
      id,
      gunzipSync(Buffer.from(data, 'base64')).toString(),
    ]),
  );
  const part = (id: string) => {
    const found = parts.get(id);
    if (found === undefined) throw new Error(`the bundle has no part ${id}`);
    return found;
  };
  const texts = {
    head: part(BUNDLE_PARTS.head),
    entries: part(BUNDLE_PARTS.entries),
    trace: part(BUNDLE_PARTS.trace),
  };
  return {
    // Safe: the exporter writes it.
    head: JSON.parse(texts.head) as BundleHead,
    texts,
    entries: texts.entries
      .split('\n')
      .filter((line) => line !== '')
      .map(readBundleRow),
    page: text.replace(PART, ''),
  };
}
