import { describe, expect, it } from 'vitest';
import { findings, isWithin, newAdvisories } from '../advisories.mjs';
import { licenceProblem } from '../licences.mjs';
import { lockedPackages } from '../lockfile.mjs';

const lockfile = `
packages:

  '@scope/one@1.2.3':
    resolution: {integrity: sha512-abc==}

  two@2.0.0-beta.1:
    resolution: {integrity: sha512-def==}

  two-linux@2.0.0:
    resolution: {tarball: https://elsewhere.example/two.tgz}

snapshots:

  '@scope/one@1.2.3(two@2.0.0-beta.1)':
    dependencies:
      two: 2.0.0-beta.1

  two@2.0.0-beta.1:
    optionalDependencies:
      two-linux: 2.0.0

  two-linux@2.0.0: {}
`;

describe('The lockfile', () => {
  it('gives every package with its digest, and who asks for it on some platforms only', () => {
    expect(lockedPackages(lockfile)).toEqual([
      { name: '@scope/one', version: '1.2.3', integrity: 'sha512-abc==', optionalOf: null },
      { name: 'two', version: '2.0.0-beta.1', integrity: 'sha512-def==', optionalOf: null },
      { name: 'two-linux', version: '2.0.0', integrity: null, optionalOf: 'two' },
    ]);
  });
});

describe('An advisory', () => {
  it.each([
    ['1.8.0', '<1.8.1', true],
    ['1.8.1', '<1.8.1', false],
    ['1.10.0', '<1.8.1', false],
    ['5.3.1', '<4.29.1 || >=5.0.0 <5.3.2', true],
    ['4.29.1', '<4.29.1 || >=5.0.0 <5.3.2', false],
    ['5.3.2', '>= 5.0.0, < 5.3.2', false],
    ['5.3.2-rc.1', '<5.3.2', true],
    ['3.0.0', '= 3.0.0', true],
    ['3.0.0', '3.0.0', true],
    ['9.9.9', '*', true],
  ])('speaks of %s when it says %s: %s', (version, range, within) => {
    expect(isWithin(version, range)).toBe(within);
  });

  it('in a form that is not known stops the check, and is not passed over', () => {
    expect(() => isWithin('1.0.0', '^1.0.0')).toThrow('"^1.0.0" is no range of versions.');
  });

  it('is told with the package, what it is and where it is mended', () => {
    const advisory = {
      id: 'GHSA-x',
      package: 'two',
      vulnerable: '<3.0.0',
      patched: '3.0.0',
      severity: 'high',
      title: 'A hole',
    };
    expect(findings(lockedPackages(lockfile), [advisory])).toEqual([
      'two@2.0.0-beta.1: GHSA-x (high) A hole; fixed in 3.0.0',
    ]);
  });
});

describe('What the registry tells', () => {
  it('is kept once, in the form that is held against the lockfile', () => {
    const advisory = {
      github_advisory_id: 'GHSA-y',
      module_name: 'two',
      vulnerable_versions: '<2.0.0',
      patched_versions: '>=2.0.0',
      severity: 'high',
      title: 'A hole',
    };
    const told = { advisories: { 1: advisory } };
    const added = newAdvisories(told, []);
    expect(findings(lockedPackages(lockfile), added)).toHaveLength(1);
    expect(newAdvisories(told, added)).toEqual([]);
  });
});

describe('A licence', () => {
  it.each(['MIT', 'Apache-2.0 (as sharp)', '(MIT OR GPL-3.0)', '(MIT AND Zlib)', 'MIT and ISC'])(
    'of %s may be here',
    (licence) => {
      expect(licenceProblem('a-package', licence)).toBeNull();
    },
  );

  it.each(['GPL-3.0', 'MIT AND AGPL-3.0', 'UNLICENSED', 'not stated', 'LGPL-3.0-or-later'])(
    'of %s may not, unless the package is an exception',
    (licence) => {
      expect(licenceProblem('a-package', licence)).toContain('does not allow');
    },
  );
});
