// A test runner for Stryker that loads the tests once and then runs every mutant in the same process: no modules are
// loaded again per mutant, so that one takes milliseconds. What a test leaves behind could then kill an innocent mutant;
// therefore the test that failed has to pass again without the mutant, or the run stops with an error.
// JIESUAN_MUTATION_TESTS: globs of the test files, separated by blanks.

import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';

const OURS = pathToFileURL(join(import.meta.dirname, 'describe-and-it.js')).href;
const TEST_MS_MAX = 20_000;

class InProcessRunner {
  static inject = [];
  #tests = [];
  /** What the instrumented code looks at: the active mutant, the test that runs, how often a loop came round. */
  #stryker = (globalThis['__stryker__'] ??= {});

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'vitest' && context.parentURL !== OURS
          ? { url: OURS, shortCircuit: true }
          : next(specifier, context),
    });
    const { startFile, takeTests } = await import(OURS);
    for (const file of (process.env['JIESUAN_MUTATION_TESTS'] ?? '').split(' ').flatMap((g) => globSync(g))) {
      startFile(relative(process.cwd(), file));
      await import(pathToFileURL(file).href);
    }
    this.#tests = takeTests();
    await this.#runAll(); // What is compiled once and kept is compiled before any mutant is active.
  }

  async dryRun() {
    const tests = await this.#runAll();
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.#stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    const wanted = testFilter && new Set(testFilter);
    const tests = this.#tests.filter(({ id }) => wanted === undefined || wanted.has(id));
    Object.assign(this.#stryker, { hitCount: 0, hitLimit });
    let nrOfTests = 0;
    for (const test of tests) {
      this.#stryker.activeMutant = activeMutant.id;
      const { status, failureMessage } = await this.#run(test);
      this.#stryker.activeMutant = undefined;
      nrOfTests++;
      if (this.#stryker.hitCount > hitLimit) return { status: MutantRunStatus.Timeout };
      if (status === TestStatus.Success) continue;
      const again = await this.#run(test);
      if (again.status !== TestStatus.Success)
        throw new Error(
          `"${test.id}" fails without a mutant after ${activeMutant.id}: ${again.failureMessage}`,
        );
      return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage, nrOfTests };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }

  async #runAll() {
    const results = [];
    for (const test of this.#tests) results.push(await this.#run(test));
    return results;
  }

  async #run({ id, run }) {
    this.#stryker.currentTestId = id;
    const from = performance.now();
    let failureMessage;
    let timer;
    try {
      const late = new Promise((_, fail) => {
        timer = setTimeout(() => fail(new Error('too late')), TEST_MS_MAX);
      });
      await Promise.race([run(), late]);
    } catch (error) {
      failureMessage = String(error?.message ?? error) || 'failed';
    } finally {
      clearTimeout(timer);
    }
    this.#stryker.currentTestId = undefined;
    const status = failureMessage === undefined ? TestStatus.Success : TestStatus.Failed;
    return { id, name: id, status, timeSpentMs: performance.now() - from, failureMessage };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
