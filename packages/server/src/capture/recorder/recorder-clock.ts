/** The clocks of the recorder's thread; given to it, so that tests can step them. */

export interface RecorderClock {
  /** ms since 1970. */
  now(): number;
  /** Monotonic microseconds, on the scale of the frames' `arrival`. */
  monotonic(): number;
}
