/** Puts the server together: threads, capture, API, and the order in which they start and stop. */

import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { readDashboard } from './api/dashboard-files.ts';
import { buildApp } from './app.ts';
import { Proxies } from './auth/proxies.ts';
import { sharedSecretKey } from './auth/shared-secret-key.ts';
import { StationPasswords } from './auth/station-passwords.ts';
import { UpstreamRule } from './auth/upstream-rule.ts';
import { Admission } from './capture/admission.ts';
import { AutoSites } from './capture/auto-sites.ts';
import { BuiltInCsms } from './capture/csms/csms.ts';
import { HttpSockets } from './capture/http-sockets.ts';
import { captureCounters, namedCounts } from './capture/limits.ts';
import { openDryRecorder } from './capture/recorder/dry-recorder.ts';
import { RecorderClient } from './capture/recorder/recorder-client.ts';
import { rulesOf } from './capture/recorder/recording-rules.ts';
import { Relay } from './capture/relay/relay.ts';
import { SparingLog } from './capture/sparing-log.ts';
import { SparingRefusals } from './capture/sparing-refusals.ts';
import { createUpgradeListener } from './capture/upgrade.ts';
import { siteOfSettings } from './config/check.ts';
import { controlPlace, nodeUrl } from './config/control-place.ts';
import type { Settings } from './config.ts';
import { Erasures } from './erasure/erasures.ts';
import { exportsOfServer, setAsideFiles } from './erasure/kept-exports.ts';
import { sharedErasures } from './erasure/shared-erasures.ts';
import { lackOf } from './export/formats.ts';
import { ExportJobs } from './export/jobs/export-jobs.ts';
import { ExportThreads } from './export/jobs/export-threads.ts';
import { idTagsOf, pseudonymKey } from './export/pseudonymise.ts';
import { DataFolder, FolderError } from './folder.ts';
import { ImportJobs } from './import/jobs/import-jobs.ts';
import { ImportThreads } from './import/jobs/import-threads.ts';
import { Spool } from './import/jobs/spool.ts';
import { RunnerOfNode } from './import/several-nodes.ts';
import { startAlarms } from './serve/alarms.ts';
import { captureLimits } from './serve/capture-limits.ts';
import { closeAll } from './serve/close-all.ts';
import { startDemo } from './serve/demo.ts';
import { isOnlyTls, openDoors, tlsOf } from './serve/doors.ts';
import { EventLoopDelay } from './serve/event-loop.ts';
import { firstKey } from './serve/first-key.ts';
import { firstLink } from './serve/first-link.ts';
import { refuseForgotten } from './serve/forgotten-control.ts';
import { logStore, type OpenLogStore } from './serve/log-store.ts';
import { LoggedSink } from './serve/logged-sink.ts';
import { siteMaker } from './serve/made-sites.ts';
import { startNode } from './serve/node-number.ts';
import { oidcOfSettings } from './serve/oidc-settings.ts';
import { followRetention } from './serve/retention-lease.ts';
import { followSites } from './serve/site-changes.ts';
import { httpRoom, openFilesMax, socketsOf, stationsLine } from './serve/sockets.ts';
import { startFault } from './serve/start-fault.ts';
import { followUpstreamTls } from './serve/upstream-tls.ts';
import { welcome } from './serve/welcome.ts';
import { openControl } from './store/control/client.ts';
import { emptySite } from './store/control/site-rules.ts';
import { erasedTagsOf } from './store/erasure.ts';
import { versionOf } from './version.ts';

/** Source of what is imported, over HTTP and by the command line alike. */
const IMPORTED = 'import';

/** Beside the server, whether this is its source or its build. */
const DASHBOARD = fileURLToPath(new URL('../../dashboard/dist/', import.meta.url));

export interface RunningServer {
  /** `http://HOST:PORT`, or https:// where only TLS is served. */
  readonly url: string;
  /** Stops accepting, ends every connection so that stations come back, commits, gives the folder free. Once. */
  close(): Promise<void>;
}

export interface ServerOutput {
  /** For the person who started it. */
  readonly print: (text: string) => void;
  /** Structured log lines, as text. */
  readonly log: (line: string) => void;
  /** Of those lines, for `/metrics`. */
  readonly logCounters?: () => Readonly<Record<string, number>>;
  /** The server cannot go on recording; it has closed itself. */
  readonly onFailure: (reason: string) => void;
}

export async function startServer(settings: Settings, out: ServerOutput): Promise<RunningServer> {
  const folder = DataFolder.hold(settings.data, 'serve');
  const closers: (() => unknown)[] = [() => folder.release()];
  try {
    return await start(settings, out, folder, closers);
  } catch (error) {
    for (const close of closers.reverse()) await close();
    throw startFault(error);
  }
}

async function start(
  settings: Settings,
  out: ServerOutput,
  folder: DataFolder,
  closers: (() => unknown)[],
): Promise<RunningServer> {
  const log = pino({ level: settings.log_level, base: null }, { write: out.log });
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= closeAll(closers);
    return closing;
  };
  let healthy = true;
  const fail = (reason: string) => {
    if (!healthy || closing !== null) return;
    healthy = false;
    log.fatal(reason);
    close().finally(() => out.onFailure(reason));
  };

  const place = controlPlace(settings);
  const control = await orFolderError(
    openControl(place, { onFailure: fail, onReport: (line) => log.warn(line) }, settings.audit.keep_days),
  );
  closers.push(() => control.close());
  if ('postgres' in place) refuseForgotten(control.snapshot(), folder.path);
  for (const site of settings.sites) await control.putSite(siteOfSettings(site));
  const secretKey = await sharedSecretKey(control, folder.path, settings.secret_key);
  const pseudonyms = pseudonymKey(secretKey);
  const recording = {
    timeoutMs: settings.timeout_s * 1000,
    redact: settings.redact,
    pseudonymKey: pseudonyms,
  };
  const node = await startNode(control, folder.path, settings, log, closers);
  const removing = followRetention(control);
  closers.push(() => removing.close());
  const given = { node, lease: removing.lease ?? null };
  const store = logStore(folder.path, settings, (line) => log.warn(line), given);
  let logs: OpenLogStore | null = null;
  // After the recorder, which closers end before it.
  closers.push(() => logs?.close());
  const recorder = new RecorderClient({
    folder: folder.path,
    ...recording,
    ...store.recorder,
    ...(removing.lease === undefined ? {} : { lease: removing.lease }),
    chargersPerSite: settings.limits.chargers_per_site,
    rules: rulesOf(control.snapshot()),
    onReport: (line) => log.warn(line),
  });
  closers.push(() => recorder.close());
  await orFolderError(recorder.ready());
  const readerLog = new SparingLog(log, () => performance.now());
  logs = store.open({
    queryMs: settings.limits.query_seconds * 1000,
    report: (line) => readerLog.warn({}, line),
    onDamage: (file) => void recorder.inspect(file).catch((problem: unknown) => log.error(problem)),
  });
  const { reader, retention, counters: shipped, others } = logs;
  closers.push(() => reader.close());
  const followers = {
    setting: (...change: Parameters<typeof recorder.setting>) => recorder.setting(...change),
    rules: (...rules: Parameters<typeof recorder.rules>) => recorder.rules(...rules),
    retention: async (...kept: Parameters<typeof recorder.retention>) => {
      await Promise.all([recorder.retention(...kept), retention(...kept)]);
    },
  };
  await orFolderError(followSites(control, followers, (problem) => log.error(problem)));

  const counters = captureCounters();
  const openFiles = openFilesMax();
  const sockets = socketsOf(openFiles);
  const limits = captureLimits(settings.limits, sockets);
  const refusals = new SparingRefusals({
    record: (refused) => recorder.refused(refused),
    perMinute: limits.refusalsPerMinute,
    counters,
  });
  // Before the recorder ends: what it has not told yet is told then.
  closers.push(() => refusals.close());
  const sink = new LoggedSink(recorder, log, refusals);
  const upstreamTls = followUpstreamTls(settings, log);
  closers.push(() => upstreamTls.close());
  const upstreams = new UpstreamRule(settings.upstream.allow);
  const relay = new Relay({
    sink,
    limits,
    counters,
    tls: upstreamTls.now,
    upstreams,
    forwardCertificate: settings.upstream.forward_certificate,
  });
  const idTags = idTagsOf(pseudonyms);
  const csms = new BuiltInCsms({
    sink,
    transactionNumber: (wanted) => {
      const { sites, erased = [] } = control.snapshot();
      const hidden = sites.get(wanted.site)?.pseudonymiseIdTags === true;
      const idTag = hidden ? idTags.of(wanted.idTag) : wanted.idTag;
      const ofSite = erased.filter(({ site }) => site === wanted.site);
      const kept = erasedTagsOf(pseudonyms, wanted.site, ofSite).pseudonym(idTag) ?? idTag;
      return control.transactionNumber({ ...wanted, idTag: kept });
    },
    heartbeatIntervalS: settings.heartbeat_interval_s,
    callTimeoutMs: settings.timeout_s * 1000,
    now: () => new Date(),
    held: relay.held,
    counters,
    log,
  });
  const exports = new ExportJobs({
    folder: folder.path,
    runner: new ExportThreads(folder.path, {
      clickhouse: store.clickhouse,
      report: (line) => log.warn(line),
      onDamage: (file) => void recorder.inspect(file).catch((problem: unknown) => log.error(problem)),
    }),
    keepMs: settings.exports.keep_hours * 3_600_000,
    maxBytes: settings.exports.max_bytes,
    atOnce: settings.exports.at_once,
    perKey: settings.limits.exports_per_key,
    pseudonymKey: pseudonyms,
    lackOf,
    now: Date.now,
    report: (line) => log.warn(line),
  });
  closers.push(() => exports.close());
  await orFolderError(exports.start());
  const imports = new ImportJobs({
    spool: new Spool(folder.path),
    runner: control.shared ? new RunnerOfNode(new ImportThreads()) : new ImportThreads(),
    sinkOf: (site) => ({ ingest: (body, last) => recorder.ingest(site, IMPORTED, body, last) }),
    drySinkOf: (site) => {
      const dry = openDryRecorder({
        ...recording,
        rules: rulesOf(control.snapshot()),
        onReport: (line) => log.warn(line),
      });
      return {
        ingest: async (body, last) => {
          const answer = await dry.ingest(site, IMPORTED, body, last);
          return { ...answer, accepted: 0, duplicates: 0 };
        },
        close: () => dry.close(),
      };
    },
    makeSite: siteMaker(control, Date.now, (problem) => log.error(problem)),
    jobsMax: settings.imports.jobs,
    unpackedMax: settings.imports.max_unpacked_bytes,
    now: Date.now,
    report: (line) => log.warn(line),
  });
  closers.push(() => imports.close());
  await orFolderError(imports.start());
  const erasures = new Erasures({
    control,
    shared: sharedErasures(control, folder.path, store.clickhouse !== null),
    recorder,
    exports: exportsOfServer(exports),
    pseudonymKey: pseudonyms,
    setAside: () => setAsideFiles(folder.path),
    gone: logs.gone,
    now: Date.now,
    report: (line) => log.warn(line),
  });
  closers.push(() => erasures.close());
  await orFolderError(erasures.start());
  const told = logs.stationsThrough;
  const parts = { folder: folder.path, settings, control, recorder, store, others, told, node, secretKey };
  const alarms = await orFolderError(startAlarms({ ...parts, report: (line) => log.warn(line) }, closers));
  const dashboard = readDashboard(DASHBOARD);
  const loop = new EventLoopDelay();
  closers.push(() => loop.close());
  const stationPasswords = new StationPasswords(control, Date.now);
  const runToken = randomBytes(32).toString('base64url');
  const proxies = new Proxies(settings.trust_proxy);
  const httpSockets = new HttpSockets({
    room: () => httpRoom(openFiles, limits.sockets - counters.sockets, settings.limits.streams),
    isShared: (address) => proxies.believes(address),
    log,
  });
  const app = buildApp({
    reader,
    recorder,
    control,
    csms,
    exports,
    imports,
    erasures,
    alarms,
    known: (socket) => httpSockets.known(socket),
    unready: () => (closing === null ? recorder.fault : 'The server is stopping.'),
    counters: () => ({
      ...namedCounts(counters),
      ...httpSockets.counters(),
      capture_stations_max: settings.limits.stations,
      capture_sockets_max: limits.sockets,
      capture_held_bytes: relay.heldBytes,
      ...reader.counters(),
      ...shipped(),
      csms_connections: csms.connections,
      csms_calls_waiting: csms.waitingCalls,
      station_password_checks_total: stationPasswords.checked,
      ...tls?.counters(),
      ...control.counters(),
      ...removing.counters(),
      ...exports.counters(),
      ...imports.counters(),
      ...erasures.counters(),
      ...alarms.counters(),
      ...loop.counters(),
      ...out.logCounters?.(),
    }),
    auth: {
      secretKey,
      adminToken: settings.admin_token,
      runToken,
      clockSkewSeconds: settings.clock_skew_s,
      // In PostgreSQL it is remembered which were taken.
      ...(settings.control.postgres.url === '' ? { signedAfter: performance.timeOrigin } : {}),
      publicPath: settings.public_path,
    },
    own: { bound: settings.host, names: settings.hosts },
    trustProxy: settings.trust_proxy,
    upstreams,
    nodeUrl: nodeUrl(settings),
    stationPasswords,
    onlyTls: isOnlyTls(settings),
    oidc: oidcOfSettings(settings),
    sessions: {
      idleMs: settings.sessions.idle_hours * 3_600_000,
      keepMs: settings.sessions.keep_days * 86_400_000,
    },
    version: versionOf(),
    dashboard,
    importBytes: settings.imports.max_bytes,
    ingestBytes: settings.limits.ingest_mb * 1024 * 1024,
    live: { others },
    tails: settings.limits.streams,
    requestsPerMinute: settings.limits.requests_per_minute,
    // Its line "Server listening" would come before our own.
    logger: log.child({}, { level: log.isLevelEnabled('warn') ? 'warn' : log.level }),
  });
  httpSockets.watch(app.server);
  const tls = tlsOf(settings, app, httpSockets, log);
  // After the server's own end, which lets requests that came by TLS have their answers.
  closers.push(() => tls?.drained(TLS_END_MS));
  closers.push(() => app.close());
  const onUpgrade = createUpgradeListener({
    sites: () => control.snapshot().sites,
    sink,
    relay,
    csms,
    autoSites: settings.auto_sites
      ? new AutoSites({
          boundTo: settings.host,
          trustProxy: settings.trust_proxy !== false,
          sitesMax: settings.limits.auto_sites,
          chargersMax: settings.limits.auto_chargers,
          createSite: async (id) => {
            const made = emptySite(id, 'auto');
            await control.putSite(made);
            return made;
          },
        })
      : null,
    admission: new Admission({ passwords: stationPasswords, clientName: settings.tls.client_name }),
    own: { bound: settings.host, names: settings.hosts },
    trustProxy: settings.trust_proxy,
    isStation: (socket) => httpSockets.isStation(socket),
    limits,
    counters,
    log,
  });
  app.server.on('upgrade', onUpgrade);
  closers.push(() => Promise.all([tls?.stop(), csms.close(), relay.close()]));

  const { url, plainUrl, localUrl } = await openDoors(app, tls, settings);
  folder.announce({ command: 'serve', url: localUrl, shownUrl: url, token: runToken });
  // Only now: a start that fails must not make a key that nobody gets to see.
  const key = await firstKey(control, secretKey, settings.admin_token);
  const token = dashboard === null ? null : await firstLink(control, Date.now());
  const stations = stationsLine(settings.limits.stations, sockets);
  out.print(welcome({ url, plainUrl, key, token, settings, stations, version: versionOf() }));
  if (settings.demo) closers.push(startDemo(control, localUrl, (problem) => log.warn(problem)));
  return { url, close };
}

/** What cannot be opened is the folder's matter, and one line for a person: a thread's error has no class here. */
async function orFolderError<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw new FolderError(error instanceof Error ? error.message : String(error));
  }
}

/** For connections by TLS, ms. */
const TLS_END_MS = 2_000;
