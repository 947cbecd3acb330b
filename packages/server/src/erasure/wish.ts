/** What is asked for of an erasure. */
export interface ErasureWish {
  readonly site: string;
  readonly tag: string;
  readonly dry: boolean;
  /** Name of who asks. */
  readonly by: string;
  /** Awaited, with its id, before anything is stored or erased; where it rejects, nothing is. */
  readonly before?: (id: string) => Promise<void>;
}
