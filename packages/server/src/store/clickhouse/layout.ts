/** Tables and their engines. What is written here has been applied somewhere: a change is a new migration. */

export interface Placement {
  readonly database: string;
  /** Tables are replicated over this cluster and sharded by site; null: on the one server alone. */
  readonly cluster: string | null;
}

/** 2106: of what is kept for ever. Seconds, as a DateTime holds them. */
export const NEVER_EXPIRES = 4_294_967_295;
/** Batches whose tokens the server remembers. */
const TOKENS = 10_000;
/** s after which a month to which nothing comes any more is made one part, over which FINAL costs nothing. */
const QUIET_S = 3600;

/** s for which a part that was merged into another one stays on the disk; 480 unless set. */
const MERGED_STAYS_S = 60;

interface Table {
  readonly name: string;
  readonly columns: string;
  readonly engine: 'ReplacingMergeTree' | 'AggregatingMergeTree' | 'MergeTree';
  /** Arguments of the engine. */
  readonly version: string;
  readonly rest: string;
  /** By what rows are spread over shards. */
  readonly shard: string;
}

/** Month of an id: 2^21 ordinals a millisecond. */
const MONTH = `toYYYYMM(fromUnixTimestamp64Milli(toInt64(bitShiftRight(id, 21)), 'UTC'))`;

/** Day of an id, UTC. A date counts days up to 2149; ids end in 2109. */
export const DAY_OF_ID = `toDate(toUInt16(intDiv(bitShiftRight(id, 21), 86400000)))`;

const ENTRY: Table = {
  name: 'entry',
  columns: `
    site LowCardinality(String),
    id UInt64 CODEC(Delta(8), ZSTD(1)),
    version UInt64 CODEC(Delta(8), ZSTD(1)),
    expires DateTime('UTC') DEFAULT ${NEVER_EXPIRES} CODEC(Delta(4), ZSTD(1)),
    kind LowCardinality(String),
    charger LowCardinality(String),
    action LowCardinality(String),
    outcome LowCardinality(String),
    direction LowCardinality(String),
    ocpp LowCardinality(String),
    connector Nullable(Float64) CODEC(ZSTD(1)),
    latency Nullable(Int64) CODEC(ZSTD(1)),
    statuses Array(LowCardinality(String)),
    errors Array(LowCardinality(String)),
    findings Array(LowCardinality(String)),
    odd UInt8,
    texts UInt8,
    payload_start Int32 CODEC(ZSTD(1)),
    payload_end Int32 CODEC(ZSTD(1)),
    fields String CODEC(ZSTD(3)),
    head String CODEC(ZSTD(3)),
    request String CODEC(ZSTD(3)),
    answer String CODEC(ZSTD(3)),
    rejection String CODEC(ZSTD(3)),
    at DateTime64(3, 'UTC') ALIAS fromUnixTimestamp64Milli(toInt64(bitShiftRight(id, 21)), 'UTC')`,
  engine: 'ReplacingMergeTree',
  version: 'version',
  rest: `PARTITION BY ${MONTH} ORDER BY (site, id) TTL expires DELETE
    SETTINGS index_granularity = 1024, min_age_to_force_merge_seconds = ${QUIET_S},
      min_age_to_force_merge_on_partition_only = 1`,
  shard: 'cityHash64(site)',
};

const STATION: Table = {
  name: 'station',
  columns: `
    site String, charger String, node String, version UInt64,
    vendor Nullable(String), model Nullable(String), firmware Nullable(String), protocol Nullable(String),
    connected UInt8, last_seen Nullable(Int64), captured_through Nullable(Int64)`,
  engine: 'ReplacingMergeTree',
  version: 'version',
  rest: 'ORDER BY (site, charger, node)',
  shard: 'cityHash64(site)',
};

const ACTION: Table = {
  name: 'action',
  columns: 'site String, action String',
  engine: 'ReplacingMergeTree',
  version: '',
  rest: 'ORDER BY (site, action)',
  shard: 'cityHash64(site)',
};

/** Which data folders ship here. */
const WRITER: Table = {
  name: 'writer',
  columns: `node String, at DateTime64(3, 'UTC')`,
  engine: 'ReplacingMergeTree',
  version: 'at',
  rest: 'ORDER BY node',
  shard: 'cityHash64(node)',
};

/**
 * What nodes shipped, by the clock of the server that took it: of versions, which are of the nodes' clocks, an older one
 * may come later. Kept for as long as a live tail may lag behind.
 */
const ARRIVAL: Table = {
  name: 'arrival',
  columns: `site String, at DateTime64(6, 'UTC') DEFAULT now64(6), id UInt64, node String`,
  engine: 'MergeTree',
  version: '',
  rest: `PARTITION BY toStartOfInterval(at, INTERVAL 10 MINUTE) ORDER BY (site, at)
    TTL toDateTime(at) + INTERVAL 30 MINUTE DELETE SETTINGS ttl_only_drop_parts = 1`,
  shard: 'cityHash64(site)',
};

/**
 * s for which marks outlive the entries that they tell of: those of a day have become one row long before, so that none
 * goes alone.
 */
const MARKS_S = 30 * 86_400;

/** When marks of entries go. */
export function marksGone(expires: string): string {
  return `toDateTime(least(${NEVER_EXPIRES}, toUInt64(toUnixTimestamp(${expires})) + ${MARKS_S}), 'UTC')`;
}

/**
 * Which days of sites changed: of each change a number by chance is added up, so that no two states have the same sum,
 * whatever clocks say, and a change that comes twice does no harm.
 */
const CHANGED: Table = {
  name: 'changed_day',
  columns: `
    site LowCardinality(String), day Date,
    mark SimpleAggregateFunction(sum, UInt64), at SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
    gone SimpleAggregateFunction(max, DateTime('UTC'))`,
  engine: 'AggregatingMergeTree',
  version: '',
  rest: `ORDER BY (site, day) TTL gone DELETE SETTINGS min_age_to_force_merge_seconds = ${QUIET_S}`,
  shard: 'cityHash64(site)',
};

/**
 * Counts of whole days, one row each, so that one that is made anew replaces all of the one before at once. `mark`: the sum
 * of the day when it was counted; `until`: when the first of its entries expires. `gone`: after its marks.
 */
const ROLLED: Table = {
  name: 'rolled_day',
  columns: `
    site LowCardinality(String), day Date, made DateTime64(6, 'UTC'), mark UInt64,
    until DateTime('UTC'), gone DateTime('UTC'), fits UInt8,
    by_hour Array(Tuple(hour UInt8, kind LowCardinality(String), action LowCardinality(String),
      outcome LowCardinality(String), direction LowCardinality(String), ocpp LowCardinality(String), n UInt64)),
    by_station Array(Tuple(charger LowCardinality(String), kind LowCardinality(String),
      action LowCardinality(String), n UInt64)),
    by_told Array(Tuple(statuses Array(LowCardinality(String)), errors Array(LowCardinality(String)),
      findings Array(LowCardinality(String)), kind LowCardinality(String), action LowCardinality(String), n UInt64)),
    by_connector Array(Tuple(connector Nullable(Float64), kind LowCardinality(String),
      action LowCardinality(String), n UInt64))`,
  engine: 'ReplacingMergeTree',
  version: 'made',
  rest: `PARTITION BY toYYYYMM(day) ORDER BY (site, day) TTL gone DELETE
    SETTINGS min_age_to_force_merge_seconds = ${QUIET_S}, min_age_to_force_merge_on_partition_only = 1,
      old_parts_lifetime = ${MERGED_STAYS_S}`,
  shard: 'cityHash64(site)',
};

/** Which versions of the schema were applied. The same on all servers, of whatever shard: names of replicas may be those of a shard. */
export function migrationSchema({ database, cluster }: Placement): readonly string[] {
  const engine =
    cluster === null
      ? 'MergeTree'
      : `ReplicatedMergeTree('/clickhouse/tables/${database}/migration', '{shard}-{replica}')`;
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.migration${onCluster({ database, cluster })}
     (version UInt32, applied DateTime('UTC') DEFAULT now()) ENGINE = ${engine} ORDER BY version`,
  ];
}

/** One statement a step; each may run again where it has run before. */
export function firstSchema({ database, cluster }: Placement): readonly string[] {
  const placement = { database, cluster };
  return [
    ...[ENTRY, STATION, ACTION].flatMap((table) => create(placement, table)),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.action_seen${onCluster(placement)}
     TO ${database}.${stored(placement, ACTION.name)} AS
     SELECT DISTINCT site, action FROM ${database}.${stored(placement, ENTRY.name)} WHERE action != ''`,
  ];
}

export function writerSchema(placement: Placement): readonly string[] {
  return create(placement, WRITER);
}

/** For several nodes; one without a number has -1. */
export function nodesSchema(placement: Placement): readonly string[] {
  const { database } = placement;
  return [
    ...tablesOf(placement, WRITER).map(
      (name) =>
        `ALTER TABLE ${database}.${name}${onCluster(placement)} ADD COLUMN IF NOT EXISTS number Int16 DEFAULT -1`,
    ),
    ...create(placement, ARRIVAL),
  ];
}

/** How far what a folder shipped is in the database; it goes back along with the rest where that is restored. */
export function progressSchema(placement: Placement): readonly string[] {
  return tablesOf(placement, WRITER).map(
    (name) =>
      `ALTER TABLE ${placement.database}.${name}${onCluster(placement)} ADD COLUMN IF NOT EXISTS through UInt64 DEFAULT 0`,
  );
}

/**
 * What was erased is gone once the merged parts are. They stay as the new part may not have reached the disk when the
 * machine loses its power: that is written through before they go.
 */
export function mergedPartsSchema(placement: Placement): readonly string[] {
  return [
    `ALTER TABLE ${placement.database}.${stored(placement, ENTRY.name)}${onCluster(placement)} MODIFY SETTING
     old_parts_lifetime = ${MERGED_STAYS_S}, min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1`,
  ];
}

/** Counts of whole days. What inserts change is marked with them; what else changes entries marks it before. */
export function rolledSchema(placement: Placement): readonly string[] {
  const { database } = placement;
  return [
    ...[CHANGED, ROLLED].flatMap((table) => create(placement, table)),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.day_changes${onCluster(placement)}
     TO ${database}.${stored(placement, CHANGED.name)} AS
     SELECT site, ${DAY_OF_ID} AS day, any(rand64(id)) AS mark, max(now64(6, 'UTC')) AS at,
       ${marksGone('max(expires)')} AS gone
     FROM ${database}.${stored(placement, ENTRY.name)} GROUP BY site, day`,
  ];
}

/**
 * Of statements for a cluster: those that are there do it at once, the others when they are back, as the cluster keeps the
 * statement for them. A failure of one that is there is told.
 */
export const EVERYWHERE = {
  distributed_ddl_task_timeout: '20',
  distributed_ddl_output_mode: 'null_status_on_timeout',
} as const;

export function onCluster({ cluster }: Placement): string {
  return cluster === null ? '' : ` ON CLUSTER ${cluster}`;
}

/** The table that holds the rows: under a distributed one there is another on each server. */
export function stored({ cluster }: Placement, name: string): string {
  return cluster === null ? name : `${name}_local`;
}

/** The one that holds the rows first. */
function tablesOf(placement: Placement, { name }: Table): readonly string[] {
  return [...new Set([stored(placement, name), name])];
}

function create(placement: Placement, table: Table): readonly string[] {
  const { database, cluster } = placement;
  const { name, columns, version, rest, shard } = table;
  const tokens = cluster === null ? 'non_replicated_deduplication_window' : 'replicated_deduplication_window';
  const settings = `${rest.includes('SETTINGS') ? `${rest},` : `${rest} SETTINGS`} ${tokens} = ${TOKENS}`;
  if (cluster === null) {
    return [
      `CREATE TABLE IF NOT EXISTS ${database}.${name} (${columns}) ENGINE = ${table.engine}(${version}) ${settings}`,
    ];
  }
  const place = `'/clickhouse/tables/{shard}/${database}/${name}', '{replica}'`;
  const of = version === '' ? place : `${place}, ${version}`;
  const local = stored(placement, name);
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.${local}${onCluster(placement)} (${columns})
     ENGINE = Replicated${table.engine}(${of}) ${settings}`,
    `CREATE TABLE IF NOT EXISTS ${database}.${name}${onCluster(placement)} AS ${database}.${local}
     ENGINE = Distributed(${cluster}, ${database}, ${local}, ${shard})`,
  ];
}
