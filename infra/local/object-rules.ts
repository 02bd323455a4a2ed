// What S3 would refuse and fauxqs does not: a put under a taken key when `If-None-Match: *` is asked for (fauxqs knows
// the header of reads only), and in the bucket of what is sealed every put without that header and every removal, as
// the bucket's own policy does on AWS (infra/stacks/data-stack.ts). No retention is kept here: see README.md.

import type { buildApp } from 'fauxqs';

/** Asked before every handler of the object store. Handlers store at once, so nothing comes between. */
export function refuseAsS3Would(
  app: ReturnType<typeof buildApp>,
  isTaken: (bucket: string, key: string) => boolean,
): void {
  app.addHook('preHandler', (request, reply, done) => {
    const { bucket = '', '*': key = '' } = request.params as {
      readonly bucket?: string;
      readonly '*'?: string;
    };
    const query = request.query as Readonly<Record<string, string>>;
    const { method, headers } = request;
    const ifFree = headers['if-none-match'] === '*';
    const isSealed = bucket.endsWith('-sealed');
    const creates =
      key !== '' &&
      ((method === 'PUT' && !('partNumber' in query)) || (method === 'POST' && 'uploadId' in query));
    const removes =
      (method === 'DELETE' && key !== '' && !('uploadId' in query)) ||
      (method === 'POST' && 'delete' in query);
    const refused =
      isSealed && (removes || (creates && !ifFree))
        ? ([403, 'AccessDenied', 'What is sealed is neither replaced nor removed'] as const)
        : creates && ifFree && isTaken(bucket, key)
          ? ([412, 'PreconditionFailed', 'The key is taken'] as const)
          : undefined;
    if (refused === undefined) return done();
    const [status, code, message] = refused;
    void reply
      .status(status)
      .header('content-type', 'application/xml')
      .send(
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
      );
  });
}
