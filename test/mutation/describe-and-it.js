// What the tests import from vitest, when Stryker runs them in one process: expect is vitest's own; describe, it and
// the hooks only note what is to be run.

import { format } from 'node:util';

export { expect } from 'vitest';

let file = '';
let tests = [];
let group = { name: '', before: [], beforeEach: [], afterEach: [], outer: undefined };

/** Tests that follow belong to this file. */
export function startFile(name) {
  file = name;
  group = { name: '', before: [], beforeEach: [], afterEach: [], outer: undefined };
}

/** All that were noted: an id, and how to run it with the hooks around it. */
export const takeTests = () => tests.splice(0);

export function describe(name, body) {
  const outer = group;
  group = { name, before: [], beforeEach: [], afterEach: [], outer };
  body();
  group = outer;
}

export function it(name, body) {
  const around = groupsOf(group);
  const id = [file, ...around.map((each) => each.name).filter(Boolean), name].join(' > ');
  tests.push({
    id,
    run: async () => {
      for (const { before } of around) for (const hook of before.splice(0)) await hook();
      for (const { beforeEach: hooks } of around) for (const hook of hooks) await hook();
      try {
        await body();
      } finally {
        for (const { afterEach: hooks } of around) for (const hook of hooks) await hook();
      }
    },
  });
}
it.each = (rows) => (name, body) =>
  rows.forEach((row) => {
    const given = Array.isArray(row) ? row : [row];
    it(format(name, ...given), () => body(...given));
  });

const groupsOf = (inner) => (inner === undefined ? [] : [...groupsOf(inner.outer), inner]);

export const beforeAll = (hook) => void group.before.push(hook);
export const beforeEach = (hook) => void group.beforeEach.push(hook);
export const afterEach = (hook) => void group.afterEach.push(hook);
/** The process ends anyway. */
export const afterAll = () => {};
