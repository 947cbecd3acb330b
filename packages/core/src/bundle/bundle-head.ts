/** What a bundle tells besides its entries: whose they are, and what came of the tries to charge in them. */

import type { Severity } from '../finding.ts';
import type { RuleSeverity } from '../verdict/rule.ts';

/** Data blocks of the page, by the id of their element: gzip in base64. */
export const BUNDLE_PARTS = {
  /** A {@link BundleHead} as JSON. */
  head: 'bundle-head',
  /** Lines of `bundleRow`, in the order of time. */
  entries: 'bundle-entries',
  /** The same entries as Open OCPP Trace. */
  trace: 'bundle-trace',
} as const;

/** Of an entry that proves something. */
export interface BundleProof {
  /** ISO 8601 UTC. */
  readonly time: string;
  readonly entry_id: string;
  readonly what: string;
}

export interface BundleConclusion {
  readonly rule: string;
  readonly severity: RuleSeverity;
  readonly text: string;
  /** '' where nothing is to be done. */
  readonly remedy: string;
  /** '' where it is ours. */
  readonly clause: string;
  readonly times: number;
  readonly evidence: readonly BundleProof[];
}

export interface BundleFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly text: string;
  readonly clause: string;
  readonly count: number;
  readonly first: BundleProof;
  readonly path: string | null;
  readonly detail: string | null;
}

export interface BundleStation {
  readonly site_id: string;
  readonly charger_id: string;
  readonly conclusions: readonly BundleConclusion[];
  readonly findings: readonly BundleFinding[];
}

export interface BundleHead {
  readonly version: 1;
  /** `ocpp-logs 1.2.3`. */
  readonly made_by: string;
  readonly pseudonymised: boolean;
  readonly sites: readonly { readonly id: string; readonly name: string }[];
  readonly entries: number;
  /** Sessions as the API gives one by itself, in the order in which they begin. */
  readonly sessions: readonly object[];
  readonly stations: readonly BundleStation[];
  readonly trace: {
    /** Of the unpacked text. */
    readonly bytes: number;
    readonly sha256: string;
    /** What it could not take, in words. */
    readonly remarks: readonly string[];
  };
}
