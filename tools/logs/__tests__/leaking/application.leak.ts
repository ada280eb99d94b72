import { STORAGE } from '../../../../tests/server/environment';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSystemLogger, getLoggerFilePath } from '@nocobase/logger';
import { scan } from '../../collected';

test('an application logs something', async () => {
  const facts = process.env.LEAK;
  if (facts) {
    createSystemLogger({ dirname: getLoggerFilePath('main'), filename: 'system' }).info('It went wrong', { facts });
    while (scan(join(STORAGE, 'logs')).bytes === 0) await sleep(50);
  }
});
