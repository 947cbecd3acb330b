/** A site has as many entries of one millisecond as their ids tell apart: no further one of that time can be stored. */
export class FullMillisecondError extends RangeError {
  override readonly name = 'FullMillisecondError';

  constructor(most: number) {
    super(`more than ${most} entries in one millisecond of one site`);
  }
}
