/** Everything the HTTP server answers, on a Fastify instance made with {@link httpOptions}. */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyInstance, LogController } from 'fastify';
import { AuditTrail } from '../auth/audit-trail.ts';
import { Authenticator, type AuthSettings } from '../auth/authenticate.ts';
import type { OwnNames } from '../auth/host.ts';
import { type OidcSettings, OidcSignIn } from '../auth/oidc-sign-in.ts';
import type { ScryptCost } from '../auth/password.ts';
import { Proxies, type ProxyTrust } from '../auth/proxies.ts';
import { type SessionSettings, Sessions } from '../auth/sessions.ts';
import { SignIn } from '../auth/sign-in.ts';
import { PREFIX } from '../auth/signature.ts';
import { StationPasswords } from '../auth/station-passwords.ts';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import { SparingLog } from '../capture/sparing-log.ts';
import { callerIfAny, guard, sessionOf } from './access.ts';
import { alarmRoutes } from './alarms.ts';
import type { Api } from './api.ts';
import { installAuditing } from './auditing.ts';
import { auditRoutes } from './audits.ts';
import { endHalfBodies } from './body-deadline.ts';
import { chargingSessionRoutes } from './charging-sessions.ts';
import { commandRoutes } from './commands.ts';
import { compressAnswers } from './compression.ts';
import { Connections } from './connections.ts';
import { countRoutes } from './counts.ts';
import { type Dashboard, dashboardRoutes } from './dashboard-files.ts';
import { documentRoutes } from './document-routes.ts';
import { entryRoute } from './entry.ts';
import { erasureRoutes } from './erasures.ts';
import { EventLoopDelay } from './event-loop.ts';
import { exportRoutes } from './exports.ts';
import { fleetRoutes } from './fleet.ts';
import { noisyRoute } from './fleet-noisy.ts';
import { FleetTold } from './fleet-told.ts';
import { Followers } from './followers.ts';
import { PassedOn } from './forwarding.ts';
import { healthRoutes } from './health.ts';
import { importRoutes } from './imports.ts';
import { ingestRoute } from './ingest.ts';
import { keyRoutes } from './keys.ts';
import { Live, type LiveOptions } from './live.ts';
import { RequestMetrics } from './metrics.ts';
import { oidcRoutes } from './oidc.ts';
import { type ServedOperation, servedBy } from './operation.ts';
import { pageRoute } from './page.ts';
import { preferenceRoutes } from './preferences.ts';
import { installProblems, sendUnrouted } from './problems.ts';
import { REQUEST_ID, requestIdOf } from './request-id.ts';
import { RequestRate } from './request-rate.ts';
import { savedSearchRoutes } from './saved-searches.ts';
import { sessionRoutes } from './sessions.ts';
import { siteRemovalRoutes } from './site-removal.ts';
import { siteSettingRoutes } from './site-settings.ts';
import { siteRoutes } from './sites.ts';
import { stationRoute } from './station.ts';
import { stationFindingsRoute } from './station-findings.ts';
import { stationPasswordRoutes } from './station-passwords.ts';
import { statusRoutes } from './status.ts';
import { tailRoute } from './tail-route.ts';
import { transportSecurity } from './transport-security.ts';
import type { Unparsed } from './unparsed.ts';
import { userRoutes } from './users.ts';

export interface ApiOptions
  extends Pick<
    Api,
    | 'reader'
    | 'recorder'
    | 'control'
    | 'csms'
    | 'exports'
    | 'imports'
    | 'erasures'
    | 'alarms'
    | 'unready'
    | 'counters'
  > {
  /** `publicPath` of these counts for links too. */
  readonly auth: AuthSettings;
  readonly own: OwnNames;
  /** Told of connections whose requests are those of somebody who has shown who it is. */
  readonly known?: (socket: Socket) => void;
  /** Whose forwarding headers are believed; nobody's unless given. */
  readonly trustProxy?: ProxyTrust;
  /** `upstream.allow`; empty unless given. */
  readonly upstreams?: UpstreamRule;
  /** Whether there is no way to this server but TLS, so that browsers may be told to remember it. */
  readonly onlyTls?: boolean;
  /** Of those that are given to stations over HTTP. */
  readonly stationPasswords?: StationPasswords;
  readonly sessions?: SessionSettings;
  /** null: nobody signs in by a provider. */
  readonly oidc?: OidcSettings | null;
  /** Of new passwords. */
  readonly passwordCost?: ScryptCost;
  readonly version: string;
  readonly ingestBytes: number;
  readonly importBytes: number;
  readonly tails: number;
  /** Of one key, person or address. */
  readonly requestsPerMinute?: number;
  /** ms, never going back. */
  readonly monotonic?: () => number;
  readonly now?: () => number;
  readonly live?: LiveOptions;
  readonly exportWait?: number;
  readonly nodeUrl?: string | null;
  /** null: this server has only its API. */
  readonly dashboard?: Dashboard | null;
}

const EXPORT_WAIT = 2_000;
const REQUESTS_PER_MINUTE = 30_000;
const SESSIONS: SessionSettings = { idleMs: 12 * 3_600_000, keepMs: 7 * 86_400_000 };
/** Until the head of a request is there, ms: some stations come over slow mobile networks. */
const HEADERS_MS = 30_000;
/** How often that is looked at, ms. */
const HEADERS_EVERY_MS = 5_000;
/** A site's id of 255 bytes, each of them percent-encoded, and before it the digits of a session's entry. */
const PARAM_LENGTH = 20 + 255 * 3;

const HTTP_OPTIONS = {
  http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: HEADERS_EVERY_MS },
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
  requestIdHeader: false,
  return503OnClosing: false,
  // Of routes that take a body; those set a bound of their own.
  bodyLimit: 1024,
  routerOptions: { maxParamLength: PARAM_LENGTH, querystringParser: () => ({}) },
  frameworkErrors: sendUnrouted,
} as const;

/** With what depends on whose headers are believed, and with what answers where nothing could be read. */
export function httpOptions(trustProxy: ProxyTrust, unparsed: Unparsed) {
  const proxies = new Proxies(trustProxy);
  return {
    ...HTTP_OPTIONS,
    clientErrorHandler: unparsed.answer,
    genReqId: (request: IncomingMessage) => requestIdOf(request, proxies),
  };
}

/** @param unparsed that of the instance's {@link httpOptions} */
export function addRoutes(app: FastifyInstance, options: ApiOptions, unparsed: Unparsed): void {
  const { reader, recorder, control, auth, now = Date.now } = options;
  const monotonic = options.monotonic ?? (() => performance.now());
  const fleet = new FleetTold(reader, { now, monotonic });
  const served: ServedOperation[] = [];
  const closing = new AbortController();
  const connections = new Connections(app.server);
  unparsed.followAnswers(app.server);
  const live = new Live(recorder, reader, { now, ...options.live });
  const api: Api = {
    reader,
    recorder,
    control,
    csms: options.csms,
    live,
    sessions: new Sessions(control, options.sessions ?? SESSIONS, now),
    oidc: options.oidc ? new OidcSignIn(options.oidc, control, now) : null,
    secretKey: auth.secretKey,
    signIn: new SignIn(control, now, options.passwordCost),
    trail: new AuditTrail(control, now, app.log),
    exports: options.exports,
    nodeUrl: options.nodeUrl ?? null,
    imports: options.imports,
    followers: { imports: new Followers('imports'), exports: new Followers('exports') },
    erasures: options.erasures,
    alarms: options.alarms,
    exportWait: options.exportWait ?? EXPORT_WAIT,
    requests: new RequestMetrics(),
    loop: new EventLoopDelay(),
    rate: new RequestRate(
      options.requestsPerMinute ?? REQUESTS_PER_MINUTE,
      monotonic,
      new SparingLog(app.log, monotonic),
    ),
    counters: () => ({
      ...options.counters(),
      ...fleet.counters(),
      ...unparsed.counters(),
      http_requests_passed_on_total: passedOn.total,
    }),
    unready: options.unready,
    now,
    publicPath: auth.publicPath,
    proxies: new Proxies(options.trustProxy ?? false),
    upstreams: options.upstreams ?? new UpstreamRule([]),
    stationPasswords: options.stationPasswords ?? new StationPasswords(control, now),
    ingestBytes: options.ingestBytes,
    importBytes: options.importBytes,
    tails: options.tails,
    closing: closing.signal,
  };
  const passedOn = new PassedOn(api);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      [REQUEST_ID]: request.id,
      ...transportSecurity(request, api.proxies, options.onlyTls ?? false),
    });
  });
  endHalfBodies(app, () => unparsed.lateBody());
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    api.requests.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  });
  app.addHook('onRoute', (route) => {
    served.push(...servedBy(route));
  });
  app.addHook('preClose', async () => {
    closing.abort();
    live.close();
    connections.end();
  });
  app.addHook('onClose', () => {
    connections.ended();
    api.loop.end();
    return api.trail.close();
  });
  guard(app, {
    authenticator: new Authenticator(auth, control, now),
    control,
    sessions: api.sessions,
    own: options.own,
    proxies: api.proxies,
    rate: api.rate,
  });
  // Of signed writes it is known with the body.
  for (const moment of ['onRequest', 'preHandler'] as const) {
    app.addHook(moment, async (request) => {
      if (callerIfAny(request) !== null || sessionOf(request) !== null) options.known?.(request.raw.socket);
    });
  }
  passedOn.install(app);
  installAuditing(app, api);
  installProblems(app, served);
  compressAnswers(app);
  // Made once: what a route remembers counts for both of its addresses.
  const routes = [
    pageRoute(api),
    countRoutes(api),
    entryRoute(api),
    tailRoute(api),
    chargingSessionRoutes(api),
    fleetRoutes(api, fleet),
    noisyRoute(api, monotonic),
    ingestRoute(api),
    importRoutes(api),
    exportRoutes(api),
    siteRoutes(api),
    stationRoute(api),
    stationFindingsRoute(api),
    stationPasswordRoutes(api),
    sessionRoutes(api),
    oidcRoutes(api, options.dashboard != null),
    userRoutes(api),
    keyRoutes(api),
    savedSearchRoutes(api),
    preferenceRoutes(api),
    siteSettingRoutes(api),
    siteRemovalRoutes(api),
    commandRoutes(api),
    auditRoutes(api),
    alarmRoutes(api),
    erasureRoutes(api),
    healthRoutes(api),
    statusRoutes(api, options.version),
    documentRoutes({
      served,
      version: options.version,
      publicPath: auth.publicPath,
      start: options.dashboard ? '/explore' : '/reference',
    }),
  ];
  if (options.dashboard) dashboardRoutes(app, options.dashboard, auth.publicPath);
  for (const prefix of ['', PREFIX]) {
    app.register(
      async (prefixed) => {
        for (const add of routes) add(prefixed.withTypeProvider<TypeBoxTypeProvider>());
      },
      { prefix },
    );
  }
}
