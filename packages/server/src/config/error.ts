/** A setting that a person has to put right; stops the start with status 2. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

const TOLD_MAX = 20;

/** Gathers what is wrong, so that one start tells all of it. */
export class SettingFaults {
  readonly #messages = new Set<string>();

  add(message: string): void {
    this.#messages.add(message);
  }

  /** A SettingError of `work` is one more fault. */
  attempt<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      this.add(error.message);
      return otherwise;
    }
  }

  /** Throws one SettingError with a line for each fault. */
  settle(): void {
    const messages = [...this.#messages];
    if (messages.length === 0) return;
    const more = messages.length - TOLD_MAX;
    const rest = more > 0 ? [`and ${more} more`] : [];
    throw new SettingError([...messages.slice(0, TOLD_MAX), ...rest].join('\n'));
  }
}
