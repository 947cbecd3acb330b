/** NDJSON: the entries as the API streams them, one a line. */

import { EntryColumnsJsonWriter, EntryJsonWriter } from '@ocpp-logs/core';
import type { ExportFormat } from './format.ts';
import { lineExporter } from './lines.ts';
import { entryFormOf, firstSite } from './site-names.ts';

export const ndjson: ExportFormat = {
  name: 'ndjson',
  title: 'NDJSON, one entry of the API a line',
  extension: 'ndjson',
  mediaType: 'application/x-ndjson',
  text: true,
  order: null,
  kinds: ['exchange'],
  pseudonymised: false,
  most: null,
  noGroups: null,
  open(form, sink) {
    const Writer = form.columns === null ? EntryJsonWriter : EntryColumnsJsonWriter;
    return lineExporter(new Writer(firstSite(form).id, entryFormOf(form)), form, sink);
  },
};
