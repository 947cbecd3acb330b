/** The settings `limits.*`. */

import { Type } from 'typebox';

const CLOSED = { additionalProperties: false };

export const Limits = Type.Object(
  {
    stations: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 20_000,
      description:
        'Stations connected at once. Fewer where the process may open fewer files: a relayed station takes two.',
    }),
    stations_per_site: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 20_000,
      description: 'Stations of one site connected at once.',
    }),
    connections_per_minute: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 30_000,
      description:
        'Connections that stations of one address begin in a minute; all stations of a depot may have one address, and all there are that of a proxy.',
    }),
    refusals_per_minute: Type.Integer({
      minimum: 1,
      maximum: 30_000,
      default: 300,
      description:
        'Refused connections to one site that become entries in a minute; the rest becomes one entry with their number.',
    }),
    chargers_per_site: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 100_000,
      description: 'Chargers of one site in the list of stations; of further ones there are entries only.',
    }),
    requests_per_minute: Type.Integer({
      minimum: 10,
      maximum: 10_000_000,
      default: 30_000,
      description: 'Requests of one key, of one person, or of one address without a key in a minute.',
    }),
    query_seconds: Type.Integer({
      minimum: 1,
      maximum: 3_600,
      default: 60,
      description:
        'Seconds after which a question to the store, or the next part of a long answer, is given up.',
    }),
    exports_per_key: Type.Integer({
      minimum: 1,
      maximum: 20,
      default: 10,
      description: 'Exports of one key or person that wait or are made at once.',
    }),
    auto_sites: Type.Integer({
      minimum: 0,
      maximum: 10_000,
      default: 100,
      description: 'Sites that unknown ids may create.',
    }),
    auto_chargers: Type.Integer({
      minimum: 0,
      maximum: 100_000,
      default: 1_000,
      description: 'Chargers that may appear on such sites.',
    }),
    ingest_mb: Type.Integer({
      minimum: 32,
      maximum: 256,
      default: 64,
      description: 'Body of one ingest request after inflating, in MiB.',
    }),
    streams: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 200,
      description: 'Live tails open at once.',
    }),
  },
  {
    ...CLOSED,
    default: {},
    description: 'Bounds; each answers with an error or a count when it is reached.',
  },
);
