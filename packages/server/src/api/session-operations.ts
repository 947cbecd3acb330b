/** What the session routes say of themselves. */

import { Type } from 'typebox';
import type { Operation } from './operation.ts';
import { MethodsSchema, OwnUserSchema, SessionSchema, SignInSchema } from './session-schemas.ts';

const JSON_TYPE = 'application/json';
const COMMON = { tag: 'People', extension: true, query: Type.Object({}) } as const;
const SESSION = { [JSON_TYPE]: SessionSchema };

export const sessionOperations = {
  open: {
    ...COMMON,
    id: 'signIn',
    audit: 'sign-in',
    summary: 'Sign in',
    description:
      'With user and password, or with the token of a link. Sets the cookie ocpp_logs_session, by TLS __Host-ocpp_logs_session, always a new one; a session that the browser had ends. Guessing is bounded: 10 attempts a user and 30 an address in 15 minutes.',
    scope: null,
    body: { description: 'A token, or user and password.', content: { [JSON_TYPE]: SignInSchema } },
    answers: { 201: { description: 'Signed in.', content: SESSION } },
    problems: [
      'bad-request',
      'credentials-invalid',
      'body-too-large',
      'body-type',
      'too-many-requests',
      'unavailable',
    ],
  },
  read: {
    ...COMMON,
    id: 'getSession',
    summary: 'Who is signed in',
    description: 'The user, the roles, and the token that every write sends as x-csrf-token.',
    scope: null,
    answers: { 200: { description: 'The session.', content: SESSION } },
    problems: ['bad-request', 'credentials-missing', 'credentials-invalid'],
  },
  change: {
    ...COMMON,
    id: 'changeOwnUser',
    audit: 'password-changed',
    summary: 'Change the own password',
    description:
      'Gives the user that is signed in a password; all other sessions of the user end, and this one goes on under a new cookie. One who came by a link and has no password yet also chooses a name.',
    scope: null,
    body: { description: 'What changes.', content: { [JSON_TYPE]: OwnUserSchema } },
    answers: { 200: { description: 'The session as it goes on.', content: SESSION } },
    problems: [
      'bad-request',
      'credentials-missing',
      'credentials-invalid',
      'name-taken',
      'body-too-large',
      'body-type',
      'too-many-requests',
      'unavailable',
    ],
  },
  close: {
    ...COMMON,
    id: 'signOut',
    audit: 'sign-out',
    summary: 'Sign out',
    description: 'Ends the session and takes the cookie away; without a session it does nothing.',
    scope: null,
    answers: { 204: { description: 'Signed out.' } },
    problems: ['bad-request', 'unavailable'],
  },
  methods: {
    ...COMMON,
    id: 'listSignInMethods',
    summary: 'Ways to sign in',
    description: 'For a page that asks people to sign in.',
    scope: null,
    answers: { 200: { description: 'The ways.', content: { [JSON_TYPE]: MethodsSchema } } },
    problems: ['bad-request'],
  },
} as const satisfies Record<string, Operation>;
