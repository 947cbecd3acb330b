/** An erasure as it is told: what this node did of it, or what all did. */

import type { EngineErased, ErasurePart, ErasureProgress, ErasureRecord } from '../store/erasure.ts';
import type { NodeRow } from '../store/nodes.ts';
import { type NodePart, ofAllNodes } from './all-nodes.ts';
import type { SharedErasures } from './shared-erasures.ts';

export interface ErasureView extends Omit<ErasureRecord, 'forms' | 'state'> {
  readonly dry: boolean;
  readonly state: ErasureRecord['state'] | 'shipping' | 'failed';
  readonly progress: ErasureProgress;
  /** Of all nodes that share control data; null where there is this folder alone. */
  readonly nodes: readonly NodePart[] | null;
}

/** As this node has it: state and report are those of its own folder. */
export interface Held {
  record: ErasureRecord;
  readonly dry: boolean;
  failed: boolean;
  progress: ErasureProgress;
}

export interface OfOthers extends SharedErasures {
  readonly parts: readonly ErasurePart[];
  readonly nodes: readonly NodeRow[];
}

/** `of` null: there are no others. `now`: ms. */
export function viewOf(held: Held, of: OfOthers | null, shipping: boolean, now: number): ErasureView {
  const { record, dry, failed, progress } = held;
  const { forms: _, node: __, ...told } = record;
  const state = failed ? 'failed' : shipping ? 'shipping' : record.state;
  if (of === null) return { ...told, state, dry, progress, nodes: null };
  const own = { ...told, folder: of.folder, progress };
  const whole = ofAllNodes({ ...of, record, own, now });
  // Of a dry run each node has to be asked.
  if (dry) return { ...told, state, dry, progress, nodes: whole.nodes };
  return { ...told, ...whole, state: failed ? 'failed' : whole.state, dry };
}

/** One of the same id tag, which was to be erased. */
export function earlierOf(
  all: readonly Pick<Held, 'record' | 'dry'>[],
  site: string,
  forms: ErasureRecord['forms'],
): ErasureRecord | null {
  const hashes = new Set(forms.map(({ hash }) => hash));
  const isSame = ({ record }: Pick<Held, 'record'>) =>
    record.site === site && record.forms.some(({ hash }) => hashes.has(hash));
  return all.find((each) => !each.dry && isSame(each))?.record ?? null;
}

/** Whether it is news. */
export function hears(held: Held, engine: EngineErased): boolean {
  const { report } = held.record;
  if (report === null || JSON.stringify(report.engine) === JSON.stringify(engine)) return false;
  held.record = { ...held.record, report: { ...report, engine } };
  return true;
}
