/** Bodies of the session routes: what validates and what is documented. */

import { Type } from 'typebox';
import { ROLES } from '../store/people.ts';

export const RoleSchema = Type.Object({
  site: Type.Union([Type.String(), Type.Null()], {
    description: 'Site id; null: all sites, and for an admin the server itself.',
  }),
  role: Type.Enum([...ROLES]),
});

const Methods = Type.Array(Type.Enum(['password', 'oidc']), {
  description: 'Ways to sign in here, besides a link.',
});

export const SessionSchema = Type.Object(
  {
    user: Type.Object({ id: Type.String(), name: Type.String() }),
    roles: Type.Array(RoleSchema),
    csrf: Type.String({ description: 'For the header x-csrf-token of every write.' }),
    expires: Type.String({ description: 'ISO 8601 UTC: when it ends in any case.' }),
    methods: Methods,
    unfinished: Type.Boolean({
      description: 'Whether the user has neither a password nor a provider yet: PATCH /session gives one.',
    }),
    sets_password_until: Type.Union([Type.String(), Type.Null()], {
      description:
        'ISO 8601 UTC: of a session that began with a link, until when PATCH /session takes a new password without the one before. null for others, and later.',
    }),
  },
  { title: 'Session' },
);

export const MethodsSchema = Type.Object({ methods: Methods }, { title: 'SignInMethods' });

export const SignInSchema = Type.Object(
  {
    token: Type.Optional(Type.String({ description: 'Of a link that signs in once; then nothing else.' })),
    user: Type.Optional(Type.String({ description: 'Name of the user.' })),
    password: Type.Optional(Type.String()),
  },
  { title: 'SignIn' },
);

export const OwnUserSchema = Type.Object(
  {
    name: Type.Optional(Type.String({ description: 'As long as the user is unfinished.' })),
    password: Type.Optional(Type.String({ description: '12 characters or more.' })),
    current_password: Type.Optional(
      Type.String({
        description:
          'Needed where there is a password, unless the session began with a link minutes ago: sets_password_until.',
      }),
    ),
  },
  { title: 'OwnUser' },
);
