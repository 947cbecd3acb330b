/** Every setting once: its name, type, range, default and meaning. Flags, variables and the file come from this table. */

import { type Static, Type } from 'typebox';
import { ControlSettings } from './control-schema.ts';
import { Limits } from './limits-schema.ts';
import { SiteSetting } from './site-schema.ts';
import { Store } from './store-schema.ts';

const CLOSED = { additionalProperties: false };

/** What a signed request signs: published prose and sample differ. */
export const SIGN_PATHS = ['as-sent', 'without-prefix'] as const;

export const MirrorSetting = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'As ocpp-logs pull names it; its frames bear it in their connection.',
    }),
    url: Type.String({
      minLength: 1,
      description: 'Address of the server, with or without /rest/v1, such as https://logs.example.',
    }),
    site: Type.String({ minLength: 1, description: 'Id of the site there.' }),
    into: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Id of the site here; the same if absent.' }),
    ),
    api_key: Type.Optional(
      Type.String({ minLength: 1, description: 'Key of signed requests; OCPP_LOGS_PULL_API_KEY if absent.' }),
    ),
    secret_file: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'File that holds the secret of the key; OCPP_LOGS_PULL_SECRET if absent.',
      }),
    ),
    bearer_file: Type.Optional(
      Type.String({ minLength: 1, description: 'File that holds a bearer key, instead of signed requests.' }),
    ),
    sign_path: Type.Optional(
      Type.Enum([...SIGN_PATHS], {
        description: 'What is signed: the path as it is sent, or what follows /rest/v1.',
      }),
    ),
    rate: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: 'Requests a second at most; 4 if absent.' }),
    ),
  },
  CLOSED,
);

const Upstream = Type.Object(
  {
    ca_file: Type.String({
      default: '',
      description:
        'PEM file of the certificate authorities to trust for wss:// upstreams, besides the usual ones.',
    }),
    cert_file: Type.String({
      default: '',
      description:
        'PEM file of the certificate, with its chain, that is shown to wss:// upstreams that ask for one.',
    }),
    key_file: Type.String({
      default: '',
      description: 'PEM file of the private key of that certificate, without a passphrase.',
    }),
    forward_certificate: Type.Boolean({
      default: false,
      description:
        'Tell the CSMS the verified certificate of a station in the header Client-Cert (RFC 9440); what a station sends under that name is taken away then.',
    }),
    allow: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      maxItems: 1_000,
      description:
        'Hosts that sites may be passed on to unless the configuration file gives the site: names, *.example, addresses and networks. Empty: over HTTP every host of the public internet, on the command line any.',
    }),
    allow_self_signed: Type.Boolean({
      default: false,
      description: 'Accept any certificate of an upstream. For a test bench only.',
    }),
  },
  { ...CLOSED, default: {}, description: 'How the CSMSs behind the relay are reached.' },
);

const Tls = Type.Object(
  {
    cert_file: Type.String({
      default: '',
      description:
        'PEM file of the certificate, with its chain, for https:// and wss://; read again when it changes.',
    }),
    key_file: Type.String({
      default: '',
      description: 'PEM file of its private key, without a passphrase.',
    }),
    port: Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Type.Null()], {
      default: null,
      description:
        'Port for TLS beside the other, which stays plain; 0 takes any free one. If absent, port speaks TLS and nothing else.',
    }),
    client_ca_file: Type.String({
      default: '',
      description: 'PEM file of the authorities that sign the client certificates of stations.',
    }),
    client_name: Type.Enum(['cn-or-san', 'cn', 'san', 'any'], {
      default: 'cn-or-san',
      description:
        'Where the certificate of a station names its charger id: common name, DNS name, one of them; any: every certificate of these authorities is enough.',
    }),
  },
  { ...CLOSED, default: {}, description: 'TLS in this server; without it a proxy does it.' },
);

const Imports = Type.Object(
  {
    max_bytes: Type.Integer({
      minimum: 1_000_000,
      maximum: 1_000_000_000_000_000,
      default: 8_589_934_592,
      description: 'Bytes of one upload, as it is sent.',
    }),
    max_unpacked_bytes: Type.Integer({
      minimum: 1_000_000,
      maximum: 1_000_000_000_000_000,
      default: 68_719_476_736,
      description:
        'Bytes that may come out of all that is packed (gzip, zstd) in one import, of the command line too; what is read by then stays.',
    }),
    jobs: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 8,
      description:
        'Uploads and imports that are there at once: previewed, waiting or running. One key has half of them at most.',
    }),
  },
  { ...CLOSED, default: {}, description: 'Imports; all but `max_unpacked_bytes` counts over HTTP alone.' },
);

const Exports = Type.Object(
  {
    keep_hours: Type.Integer({
      minimum: 1,
      maximum: 8_760,
      default: 24,
      description: 'Hours after which the file of an export is removed.',
    }),
    max_bytes: Type.Integer({
      minimum: 1_000_000,
      maximum: 1_000_000_000_000_000,
      default: 21_474_836_480,
      description: 'Bytes of the files of all exports together; an export that would pass it fails.',
    }),
    at_once: Type.Integer({
      minimum: 1,
      maximum: 8,
      default: 1,
      description: 'Exports that are made at the same time; others wait, except one small one.',
    }),
  },
  { ...CLOSED, default: {}, description: 'Exports over HTTP.' },
);

const Sessions = Type.Object(
  {
    idle_hours: Type.Integer({
      minimum: 1,
      maximum: 8_760,
      default: 12,
      description: 'Hours without use after which a person has to sign in again.',
    }),
    keep_days: Type.Integer({
      minimum: 1,
      maximum: 365,
      default: 7,
      description: 'Days after which a person has to sign in again in any case.',
    }),
  },
  { ...CLOSED, default: {}, description: 'Sessions of people who are signed in.' },
);

const Audit = Type.Object(
  {
    keep_days: Type.Integer({
      minimum: 1,
      maximum: 3_650,
      default: 400,
      description: 'Days that records of the audit log are kept, a million of them at most.',
    }),
  },
  { ...CLOSED, default: {}, description: 'Who did what, and who read raw messages.' },
);

const Alarms = Type.Object(
  {
    allow: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      maxItems: 1_000,
      description:
        'Hosts that alarms may be told to: names, *.example, addresses and networks. Empty: every host of the public internet.',
    }),
  },
  { ...CLOSED, default: {}, description: 'Alarms, and whom they tell.' },
);

const RoleRule = Type.Object(
  {
    value: Type.String({ minLength: 1, description: 'Value of the claim that gives the role.' }),
    role: Type.Enum(['viewer', 'operator', 'admin'], { description: 'What the person may do.' }),
    site: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Id of the site; all sites if absent.' }),
    ),
  },
  CLOSED,
);

const Oidc = Type.Object(
  {
    issuer: Type.String({
      default: '',
      description:
        'Address of the OpenID provider, such as https://login.example/realms/grid; none if empty.',
    }),
    client_id: Type.String({ default: '', description: 'Id of this server at the provider.' }),
    client_secret_file: Type.String({
      default: '',
      description:
        'File that holds the secret of the client; OCPP_LOGS_OIDC_CLIENT_SECRET if absent. Without either it is a public client.',
    }),
    scopes: Type.Array(Type.String({ minLength: 1 }), {
      default: ['openid', 'profile'],
      maxItems: 20,
      description: 'What the provider is asked for.',
    }),
    name_claim: Type.String({
      minLength: 1,
      default: 'preferred_username',
      description: 'Claim that names a new user.',
    }),
    role_claim: Type.String({
      default: '',
      description:
        'Claim that gives the roles, a text or a list, such as groups or realm_access.roles; empty: roles are given here.',
    }),
    roles: Type.Array(RoleRule, {
      default: [],
      maxItems: 1_000,
      description: 'Which values of that claim give which role.',
    }),
    auto_create: Type.Boolean({
      default: false,
      description: 'Make a user of whoever the provider lets in; otherwise an admin adds the person first.',
    }),
    redirect_uri: Type.String({
      default: '',
      description:
        'Where the provider sends browsers back to, if not to the address at which they ask: it ends in /rest/v1/session/oidc/callback.',
    }),
  },
  { ...CLOSED, default: {}, description: 'Sign-in by an OpenID provider.' },
);

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const SettingsSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, default: '127.0.0.1', description: 'Address to listen on.' }),
    port: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 9016,
      description: 'Port to listen on; 0 takes any free one.',
    }),
    data: Type.String({
      minLength: 1,
      default: './data',
      description: 'Folder that holds everything recorded.',
    }),
    sites: Type.Array(SiteSetting, {
      default: [],
      maxItems: 10_000,
      description: 'Sites that are always there.',
    }),
    pull: Type.Array(MirrorSetting, {
      default: [],
      maxItems: 1_000,
      description: 'Sites of other servers that ocpp-logs pull mirrors here.',
    }),
    auto_sites: Type.Boolean({
      default: true,
      description: 'Create unknown sites, where nobody but this machine can reach the server.',
    }),
    trust_proxy: Type.Union(
      [Type.Boolean(), Type.Array(Type.String({ minLength: 1 }), { maxItems: 1_000 })],
      {
        default: false,
        description:
          'Take address, host and scheme from X-Forwarded-For, -Host and -Proto; only behind a proxy that sets them. A list of addresses and networks of proxies believes no others.',
      },
    ),
    tls: Tls,
    public_path: Type.String({
      pattern: '^(/[^?#]*[^/?#])?$',
      default: '',
      description:
        'Path that a proxy cuts off before requests arrive here; signatures cover it. Such as /logs.',
    }),
    hosts: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      maxItems: 100,
      description: 'Names, besides the bound address and localhost, under which this server may be asked.',
    }),
    timeout_s: Type.Integer({
      minimum: 1,
      maximum: 600,
      default: 60,
      description: 'Seconds after which a call counts as not answered.',
    }),
    clock_skew_s: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 300,
      description: 'Seconds by which the time of a signed request may be off.',
    }),
    heartbeat_interval_s: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 300,
      description: 'Interval that the built-in CSMS tells booting stations.',
    }),
    redact: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      maxItems: 1_000,
      description: 'JSON keys whose text is masked in the record, besides the secrets that OCPP knows.',
    }),
    upstream: Upstream,
    limits: Limits,
    imports: Imports,
    exports: Exports,
    sessions: Sessions,
    audit: Audit,
    alarms: Alarms,
    control: ControlSettings,
    oidc: Oidc,
    store: Store,
    log_level: Type.Enum([...LOG_LEVELS], {
      default: 'info',
      description: 'Least severity of log lines on standard error.',
    }),
  },
  { ...CLOSED, title: 'Configuration file of ocpp-logs' },
);

export type FileSettings = Static<typeof SettingsSchema>;
export type SiteSettings = Static<typeof SiteSetting>;
export type MirrorSettings = Static<typeof MirrorSetting>;
