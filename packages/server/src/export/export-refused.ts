/** An export that cannot be made as it was asked for. */

/** The message is for the person who asked for the export. */
export class ExportRefusedError extends Error {
  readonly code = 'EXPORT_REFUSED';

  constructor(message: string) {
    super(message);
    this.name = 'ExportRefusedError';
  }
}
