// The sentences of assert() and InvariantError are for people: no test should hang on their words, so Stryker leaves
// them alone. Everything else is mutated.

import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const FOR_PEOPLE = new Set(['assert', 'InvariantError', 'LedgerMoved']);

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'assert-sentences', {
    shouldIgnore(path) {
      const isText = path.isStringLiteral() || path.isTemplateLiteral();
      const call = path.parentPath?.node;
      return isText && path.listKey === 'arguments' && FOR_PEOPLE.has(call?.callee?.name)
        ? 'a sentence for people'
        : undefined;
    },
  }),
];
