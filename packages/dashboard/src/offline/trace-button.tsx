/** The trace that is in the bundle, as a file of its own. */

import { BUNDLE_PARTS } from '@ocpp-logs/core';
import { saveFile } from '../station/sequence/svg-file.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { tell } from '../ui/tell.ts';
import type { OpenBundle } from './open-bundle.ts';
import { textOfPart } from './parts.ts';

export function TraceButton({ bundle }: { readonly bundle: OpenBundle }) {
  const save = async () => {
    const text = await textOfPart(BUNDLE_PARTS.trace);
    saveFile(text, 'open-ocpp-trace.jsonl', 'application/x-ndjson');
    tell('Open OCPP Trace saved');
  };
  const { remarks } = bundle.head.trace;
  return (
    <button
      type="button"
      className={`${controls.button} ${controls.small}`}
      title={remarks.length === 0 ? undefined : `Not in it: ${remarks.join('; ')}`}
      onClick={() => void save()}
    >
      <Icon name="download" size={14} /> Open OCPP Trace
    </button>
  );
}
