/** Another node was asked to erase the same id tag in the same moment, and was faster. */
export class AskedElsewhereError extends Error {
  override readonly name = 'AskedElsewhereError';
  readonly id: string;

  constructor(id: string) {
    super(`erasure ${id} is not stored`);
    this.id = id;
  }
}
