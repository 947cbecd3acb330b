/** XLSX: the columns of the API as typed cells, streamed; another sheet where one is full. */

import { ByteWriter, EntryCells } from '@ocpp-logs/core';
import type { SiteEntry } from '../store/store.ts';
import type { ByteSink, EntryExporter, ExportForm, ExportFormat, Remark } from './format.ts';
import { entryFormOf, firstSite, siteTeller } from './site-names.ts';
import { CELL_MAX } from './xlsx/cell-text.ts';
import {
  contentTypes,
  packageRelations,
  sheetPath,
  stylesXml,
  workbookRelations,
  workbookXml,
} from './xlsx/parts.ts';
import { Sheet } from './xlsx/sheet.ts';
import { ZipStream } from './xlsx/zip-stream.ts';

export interface SheetLimits {
  /** The header's among them. */
  readonly rows: number;
  /** Of its XML: a part of a ZIP archive without ZIP64, which not every spreadsheet reads. */
  readonly bytes: number;
}

/** Excel's own number of rows. */
const LIMITS: SheetLimits = { rows: 1_048_576, bytes: 4_000_000_000 };
const CHUNK_BYTES = 256 * 1024;

export const xlsx: ExportFormat = {
  name: 'xlsx',
  title: 'XLSX, typed cells for Excel and LibreOffice',
  extension: 'xlsx',
  mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  text: false,
  order: null,
  kinds: ['exchange'],
  pseudonymised: false,
  most: null,
  noGroups: null,
  open: (form, sink) => new XlsxExporter(form, sink),
};

export class XlsxExporter implements EntryExporter {
  readonly #cells: EntryCells;
  readonly #tellSite: (entry: SiteEntry) => void;
  readonly #zip: ZipStream;
  readonly #limits: SheetLimits;
  readonly #out = new ByteWriter();
  readonly #ranges: string[] = [];
  #sheet: Sheet;
  #sheetBytes = 0;
  #cut = 0;

  constructor(form: ExportForm, sink: ByteSink, limits = LIMITS) {
    this.#cells = new EntryCells(firstSite(form).id, entryFormOf(form));
    this.#tellSite = siteTeller(form, { of: (site, name) => this.#cells.ofSite(site, name) });
    this.#zip = new ZipStream(sink);
    this.#limits = limits;
    this.#sheet = this.#begin();
  }

  async write(entries: readonly SiteEntry[]): Promise<void> {
    for (const entry of entries) {
      if (this.#sheet.rows >= this.#limits.rows || this.#bytes >= this.#limits.bytes) {
        await this.#endSheet();
        this.#sheet = this.#begin();
      }
      this.#tellSite(entry);
      this.#out.text(this.#sheet.row(this.#cells.of(entry)));
      if (this.#out.length >= CHUNK_BYTES) await this.#flush();
    }
  }

  async end(): Promise<readonly Remark[]> {
    await this.#endSheet();
    const sheets = this.#ranges.length;
    this.#zip.add('xl/styles.xml', stylesXml());
    this.#zip.add('xl/workbook.xml', workbookXml(this.#ranges));
    this.#zip.add('xl/_rels/workbook.xml.rels', workbookRelations(sheets));
    this.#zip.add('_rels/.rels', packageRelations());
    this.#zip.add('[Content_Types].xml', contentTypes(sheets));
    await this.#zip.end();
    const limit = CELL_MAX.toLocaleString('en');
    return this.#cut === 0
      ? []
      : [{ count: this.#cut, text: `texts cut to the ${limit} characters that a cell of Excel holds` }];
  }

  cancel(): void {
    this.#zip.cancel();
  }

  get #bytes(): number {
    return this.#sheetBytes + this.#out.length;
  }

  #begin(): Sheet {
    this.#zip.begin(sheetPath(this.#ranges.length));
    this.#sheetBytes = 0;
    const sheet = new Sheet(this.#cells.columns);
    this.#out.text(sheet.start());
    return sheet;
  }

  async #endSheet(): Promise<void> {
    this.#out.text(this.#sheet.end());
    await this.#flush();
    this.#ranges.push(this.#sheet.range);
    this.#cut += this.#sheet.cut;
  }

  async #flush(): Promise<void> {
    this.#sheetBytes += this.#out.length;
    await this.#zip.write(this.#out.take());
  }
}
