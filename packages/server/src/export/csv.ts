/** CSV (RFC 4180): the columns of the API. */

import { EntryCsvWriter } from '@ocpp-logs/core';
import type { ExportFormat } from './format.ts';
import { lineExporter } from './lines.ts';
import { entryFormOf, firstSite } from './site-names.ts';

export const csv: ExportFormat = {
  name: 'csv',
  title: 'CSV (RFC 4180) with a header line, payloads as JSON text',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8; header=present',
  text: true,
  order: null,
  kinds: ['exchange'],
  pseudonymised: false,
  most: null,
  noGroups: null,
  open(form, sink) {
    const writer = new EntryCsvWriter(firstSite(form).id, entryFormOf(form));
    writer.header();
    return lineExporter(writer, form, sink);
  },
};
