/** What rules and checks came to, as the API gives it. */

import type {
  BundleConclusion,
  BundleFinding,
  BundleProof,
  Conclusion,
  Evidence,
  FindingCount,
} from '@ocpp-logs/core';

function proofBody({ entry, at, what }: Evidence): BundleProof {
  return { time: new Date(at).toISOString(), entry_id: entry, what };
}

export function conclusionBody({ evidence, ...told }: Conclusion): BundleConclusion {
  return { ...told, evidence: evidence.map(proofBody) };
}

export function findingBody({ first, ...told }: FindingCount): BundleFinding {
  return { ...told, first: proofBody(first) };
}
