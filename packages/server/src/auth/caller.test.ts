import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ROLES } from '../store/people.ts';
import { callerOfUser, isKnown, mayDo, mayDoAt, mayEverywhere, maySee } from './caller.ts';

const SITES = ['a', 'b', 'c'] as const;
const RIGHTS = ['read', 'ingest', 'command', 'admin'] as const;
/** By rank of the role. */
const GIVES = [['read'], ['read', 'ingest', 'command'], RIGHTS] as const;

const roles = fc.array(
  fc.record({ site: fc.constantFrom(null, ...SITES), role: fc.constantFrom(...ROLES) }),
  { maxLength: 4 },
);

test('a right at a site comes from a role there or everywhere, and from nothing else', () => {
  fc.assert(
    fc.property(roles, fc.constantFrom(...RIGHTS), (given, right) => {
      const caller = callerOfUser({ id: 'u', roles: given }, 's');
      const gives = given.filter(({ role }) => GIVES[ROLES.indexOf(role)]?.some((one) => one === right));
      for (const site of SITES) {
        const here = gives.some((role) => role.site === null || role.site === site);
        assert.equal(mayDoAt(caller, right, site), here);
        assert.equal(maySee({ ...caller, doing: right }, site), here);
        assert.equal(
          isKnown(caller, site),
          given.some((role) => role.site === null || role.site === site),
        );
      }
      assert.equal(mayDo(caller, right), gives.length > 0);
      assert.equal(
        mayEverywhere(caller, right),
        gives.some(({ site }) => site === null),
      );
    }),
  );
});
