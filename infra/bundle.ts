// Bundles each function to build/<name>/index.mjs. The stack deploys exactly these files, and the tests drive
// exactly these files: there is one set of options, here.  Run alone: node infra/bundle.ts [name ...]

import { buildSync, type BuildOptions, type Metafile } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { FUNCTIONS, type FunctionName } from './stages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The ES module build of a package where there is one: only that can be shaken.
  mainFields: ['module', 'main'],
  // The AWS SDK goes in too: the version we tested, not the one the runtime has this month.
  external: [],
  alias: { '@aws-sdk/credential-provider-node': './infra/credentials-of-lambda.ts' },
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  // Beside the artefact, for reading a stack trace; not deployed.
  sourcemap: 'external',
  // Some dependencies still call require(); an ES module has none.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  metafile: true,
  write: true,
  logLevel: 'error',
} as const satisfies BuildOptions;

export interface Bundle {
  /** Folder that is deployed. */
  readonly directory: string;
  readonly file: string;
  readonly bytes: number;
  readonly metafile: Metafile;
}

export const bundleDirectory = (name: FunctionName): string => join(root, 'build', name);

const done = new Map<FunctionName, Bundle>();

/** Bundles one function, once per process: cheap (a third of a second), so nothing is ever stale. */
export function bundleFunction(name: FunctionName): Bundle {
  const before = done.get(name);
  if (before) return before;
  const directory = bundleDirectory(name);
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, 'index.mjs');
  const { metafile } = buildSync({
    ...BUNDLE_OPTIONS,
    external: [...BUNDLE_OPTIONS.external],
    mainFields: [...BUNDLE_OPTIONS.mainFields],
    absWorkingDir: root,
    entryPoints: [join('functions', name, 'handler.ts')],
    outfile,
  });
  writeFileSync(join(directory, 'meta.json'), JSON.stringify(metafile));
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith('index.mjs'));
  const bundle = { directory, file: outfile, bytes: output?.[1].bytes ?? 0, metafile };
  done.set(name, bundle);
  return bundle;
}

if (import.meta.main) {
  const asked = process.argv.slice(2);
  for (const name of FUNCTIONS.filter((each) => asked.length === 0 || asked.includes(each))) {
    const { bytes } = bundleFunction(name);
    console.log(`${name.padEnd(8)} ${(bytes / 1024).toFixed(0).padStart(5)} KB  build/${name}/index.mjs`);
  }
}
