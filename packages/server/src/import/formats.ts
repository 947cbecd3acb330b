/** Every format that is read, the more specific first. */

import { apiPages } from './api-pages.ts';
import { citrineos } from './citrineos.ts';
import { csvFrames } from './csv-frames.ts';
import { evcc } from './evcc.ts';
import { everestHtml } from './everest-html.ts';
import { everestLog } from './everest-log.ts';
import type { ImportFormat } from './format.ts';
import { homeAssistant } from './home-assistant.ts';
import { jsonFrames } from './json-frames.ts';
import { microOcpp } from './microocpp.ts';
import { mobilityhouseOcpp } from './mobilityhouse-ocpp.ts';
import { ocppDebugkit } from './ocpp-debugkit.ts';
import { ocppLogs } from './ocpp-logs.ts';
import { openOcppTrace } from './open-ocpp-trace.ts';
import { plainFrames } from './plain-frames.ts';
import { steve } from './steve.ts';
import { textFrames } from './text-frames.ts';
import { timedFrames } from './timed-frames.ts';

export const FORMATS: readonly ImportFormat[] = [
  openOcppTrace,
  ocppDebugkit,
  ocppLogs,
  citrineos,
  apiPages,
  csvFrames,
  everestHtml,
  steve,
  homeAssistant,
  evcc,
  everestLog,
  microOcpp,
  mobilityhouseOcpp,
  timedFrames,
  plainFrames,
  jsonFrames,
  textFrames,
];
