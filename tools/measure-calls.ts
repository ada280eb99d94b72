import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { newFolder } from './host-app';

const root = resolve(__dirname, '..');

/** How often the WeCom API was called; `gettoken` is counted apart, since it does not belong to one sign-in. */
export interface SignInCalls {
  /** A member's first sign-in: the silent and the consent round together. */
  first: number;
  returning: number;
  /** For all sign-ins of the measurement, within one token life. */
  gettoken: number;
}

/** Signs a member in for the first time and then again, in a real NocoBase server, and counts what WeCom sees of it. */
export async function measureCalls(): Promise<SignInCalls> {
  const folder = newFolder('figures-');
  const file = join(folder, 'calls.json');
  try {
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    const test = 'tests/server/calls-per-sign-in';
    await promisify(execFile)(process.execPath, [jest, '--selectProjects', 'server', '--forceExit', test], {
      cwd: root,
      env: { ...process.env, FIGURES_FILE: file },
    });
    return JSON.parse(readFileSync(file, 'utf8')) as SignInCalls;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
