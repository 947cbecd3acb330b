/** A setting that a person has to put right; stops the start with status 2. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
