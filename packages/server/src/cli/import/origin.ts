/** Who stores frames. */
export interface Origin {
  /** Holder of the folder, and what is to be run again where storing fails. */
  readonly command: string;
  /** Names the virtual connections of frames without one. */
  readonly source: string;
}
