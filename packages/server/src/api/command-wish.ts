/** From the body of a request to a call that the station's version of OCPP knows. */

import { memberSpan, nearestAction, type OcppVersion } from '@ocpp-logs/core';
import { payloadFaults } from '../capture/commands/payload-faults.ts';
import { commandActions } from '../validate/ocpp-schemas.ts';
import { BodyQuery } from './body-query.ts';

export interface CommandWish {
  readonly action: string;
  /** As it stands in the body: no digit and no order changes on its way to the station. */
  readonly payloadText: string;
}

const NO_PAYLOAD = '{}';

export function readCommandWish(body: unknown, version: OcppVersion): CommandWish {
  const query = new BodyQuery(body, ['action', 'payload']);
  const action = query.text('action') ?? '';
  const payloadText = payloadIn(body);
  const actions = commandActions(version);
  if (action === '') query.fault('action', 'is required: the name of an OCPP action');
  else if (actions.includes(action)) {
    for (const { path, message } of payloadFaults(version, action, JSON.parse(payloadText))) {
      query.fault(path, message);
    }
  } else {
    const near = nearestAction(action, actions);
    const hint = near === null ? `GET /commands/${version} lists them` : `did you mean ${near}?`;
    query.fault('action', `is none that a station of OCPP ${version} is called with; ${hint}`);
  }
  query.settle();
  return { action, payloadText };
}

/** The body has been read as one JSON object by now. */
function payloadIn(body: unknown): string {
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '{}';
  const span = memberSpan(text, 'payload');
  const found = span === null ? 'null' : text.slice(span.start, span.end);
  return found === 'null' ? NO_PAYLOAD : found;
}
