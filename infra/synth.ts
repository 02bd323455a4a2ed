// Writes the templates of the production stage for both partitions to cdk.out/<region>: no account, no network, no
// CLI. Ends with exit code 1 when cdk-nag finds anything that is not acknowledged with a reason.

import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from './app.ts';
import { bundleFunction } from './bundle.ts';
import { FUNCTIONS } from './stages.ts';

/** A place under example.com belongs to nobody: templates with a real issuer come from a deployment. */
const TARGETS = [
  { region: 'us-east-1', context: { stage: 'production', authIssuer: 'https://issuer.example.com' } },
  { region: 'cn-north-1', context: { stage: 'production' } },
] as const;

for (const name of FUNCTIONS) {
  const { bytes } = bundleFunction(name);
  console.log(`bundled  ${name.padEnd(8)} ${(bytes / 1024).toFixed(0).padStart(4)} KB`);
}
for (const { region, context } of TARGETS) {
  const outdir = join('cdk.out', region);
  rmSync(outdir, { recursive: true, force: true });
  buildApp({ region, outdir, context }).app.synth();
  for (const file of readdirSync(outdir).filter((each) => each.endsWith('.template.json'))) {
    console.log(
      `written  ${join(outdir, file)}  ${(statSync(join(outdir, file)).size / 1024).toFixed(0)} KB`,
    );
  }
}
console.log('cdk-nag  AwsSolutions: nothing that is not acknowledged with a reason');
