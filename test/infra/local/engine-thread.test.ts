// The engines in their own thread: as good as in this one, and their end is noticed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTables } from '../../../infra/local/create-tables.ts';
import { startEngineThread } from '../../../infra/local/engine-thread.ts';
import { localNames } from '../../../infra/local/names.ts';
import { listeners } from '../../support/sockets.ts';

describe('the engine thread', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'jiesuan-test-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const options = () => ({ tableDir: join(dir, 'tables'), objectDir: join(dir, 'objects') });
  const never = (error: Error) => expect.unreachable(error.message);

  it('serves on the loopback interface, keeps its data, and stops without a word', async () => {
    const names = localNames();
    for (let start = 0; start < 2; start++) {
      const engines = await startEngineThread(options(), never);
      const client = new DynamoDBClient({
        region: engines.region,
        endpoint: engines.endpoints.dynamodb,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      const { TableNames } = await client.send(new ListTablesCommand({}));
      expect(TableNames).toHaveLength(start * 2);
      await createTables(client, names);
      const open = listeners();
      expect(open?.filter(({ address }) => address !== '127.0.0.1') ?? []).toEqual([]);
      client.destroy();
      await engines.stop();
      await engines.stop();
      expect(listeners()?.filter(({ port }) => engines.ports.includes(port)) ?? []).toEqual([]);
    }
  });

  it('says why it did not start', async () => {
    writeFileSync(join(dir, 'objects'), 'a file where a directory should be');
    await expect(startEngineThread(options(), never)).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
