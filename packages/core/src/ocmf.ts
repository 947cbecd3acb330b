/** Open Charge Metering Format: `OCMF|{payload}|{signature}`, as SignedData holds it (OCPP 1.6 SampledValue). */

export interface OcmfPayload {
  readonly json: string;
  /** Where it begins in the text. */
  readonly start: number;
}

const OPENING = 'OCMF|';

export function readOcmf(text: string): OcmfPayload | null {
  if (!text.startsWith(`${OPENING}{`)) return null;
  const end = text.indexOf('}|', OPENING.length);
  const json = text.slice(OPENING.length, end < 0 ? text.length : end + 1);
  return { json, start: OPENING.length };
}
