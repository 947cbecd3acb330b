/** Every format that is read, the more specific first. */

import type { ImportFormat } from './format.ts';
import { openOcppTrace } from './open-ocpp-trace.ts';
import { plainFrames } from './plain-frames.ts';
import { timedFrames } from './timed-frames.ts';

export const FORMATS: readonly ImportFormat[] = [openOcppTrace, timedFrames, plainFrames];
