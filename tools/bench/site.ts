import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { DEMO_AGENT_ID, DEMO_CORP_ID, demoCorp, startSimulator, type Simulator } from '../../simulator';
import type { AdminApi } from '../admin-api';
import { createPostgres, hostEnvironment, type TestDatabase } from '../databases';
import { createHostTemplate, hostTemplate, installPlugin, startHost, workFolder, type RunningHost } from '../host-app';
import { findPostgres } from '../services';
import { USER_AGENTS } from '../user-agents';
import { AUTHENTICATOR, addAuthenticator, addMember, doorUrl } from './company';
import { Load, type PreparedRequest } from './load';

/**
 * The ways to sign in that are compared: ours, the host's own, the least that any way costs, and the least that one with
 * a durable row and an HTTP call costs.
 */
export const WAYS = ['wecom', 'password', 'floor', 'rowAndCall'] as const;
export type Way = (typeof WAYS)[number];

const HOST_PLUGIN = '@nocobase/plugin-bench';
const MEMBERS = 32;
const PASSWORD = 'a password that only the benchmark uses';
const SECRET_AFTER_RESET = 'another-secret-of-the-invented-company-0123456789';

interface Member {
  userid: string;
  userId: number;
  account: string;
}

export interface Usage {
  /** Database queries. */
  queries: number;
  /** Milliseconds of all processors. */
  processorTime: number;
}

/** A host with the plugin, WeCom, and members who have signed in before. */
export class Site {
  /** Times of all requests to the door, in milliseconds. */
  readonly doorTimes: number[] = [];
  private members: Member[] = [];
  private turn = 0;

  private constructor(
    readonly database: 'SQLite' | 'PostgreSQL',
    readonly host: RunningHost,
    readonly wecom: Simulator,
    readonly load: Load,
    private readonly admin: AdminApi,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async onSqlite(): Promise<Site> {
    const dir = join(workFolder, `bench-${process.pid}-sqlite`);
    const template = await hostTemplate();
    return Site.start('SQLite', dir, {}, () => startHost({ template, dir }));
  }

  /** @returns undefined when no PostgreSQL answers */
  static async onPostgres(): Promise<Site | undefined> {
    const url = await findPostgres();
    if (!url) return undefined;
    const dir = join(workFolder, `bench-${process.pid}-postgres`);
    const database = await createPostgres(url);
    const env = hostEnvironment(database.options);
    const start = async (): Promise<RunningHost> => {
      await createHostTemplate(dir, { env });
      return startHost({ dir, env });
    };
    return Site.start('PostgreSQL', dir, env, start, database);
  }

  private static async start(
    name: Site['database'],
    dir: string,
    env: Record<string, string>,
    startFirst: () => Promise<RunningHost>,
    database?: TestDatabase,
  ): Promise<Site> {
    const running: (() => Promise<unknown>)[] = [];
    const cleanUp = async (): Promise<void> => {
      for (const stop of running.splice(0).reverse()) await stop();
    };
    try {
      running.push(async () => {
        rmSync(dir, { recursive: true, force: true });
        await database?.drop();
      });
      const first = await startFirst();
      running.push(() => first.stop());
      await installPlugin(first, await packHostPlugin(), HOST_PLUGIN);
      // Enabling a plugin reloads the app inside its process; measured is one that has started with it.
      await first.stop();
      const host = await startHost({ dir, env });
      running.push(() => host.stop());
      const wecom = await startSimulator({ corps: [demoCorp()] });
      running.push(() => wecom.close());
      const load = Load.start();
      running.push(() => load.stop());
      const site = new Site(name, host, wecom, load, await host.admin(), cleanUp);
      await site.setUp();
      return site;
    } catch (error) {
      await cleanUp();
      throw error;
    }
  }

  /** Ends everything and removes what it has written. */
  close(): Promise<void> {
    return this.cleanUp();
  }

  /**
   * Makes everything ready for sign-ins, so that only `auth:signIn` itself is left to send.
   *
   * @param members how many different members take turns
   */
  async prepare(way: Way, count: number, members: number = MEMBERS): Promise<PreparedRequest[]> {
    const who = Array.from({ length: count }, () => this.members[this.turn++ % members]);
    if (way === 'password') return who.map(({ account }) => this.signIn('basic', { account, password: PASSWORD }));
    if (way === 'floor') return who.map(({ userId }) => this.signIn('floor', { userId }));
    if (way === 'rowAndCall') {
      const call = `${this.wecom.url}/cgi-bin/getcallbackip`;
      return who.map(({ userId }) => this.signIn('row-and-call', { userId, call }));
    }
    return this.visits(who.map(({ userid }) => userid));
  }

  /** What the host has used so far. */
  async usage(): Promise<Usage> {
    const answer = await fetch(`${this.host.url}/api/bench/usage`);
    return (await answer.json()) as Usage;
  }

  /** Gives the app another Secret, so that no process has an access token any more. */
  async resetSecret(): Promise<void> {
    this.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID).secret = SECRET_AFTER_RESET;
    const authenticators = await this.admin.get<{ id: number; name: string; options: object }[]>(
      'authenticators:list?paginate=false',
    );
    const ours = authenticators.find(({ name }) => name === AUTHENTICATOR);
    if (!ours) throw new Error('The authenticator is gone.');
    await this.admin.post(`authenticators:update?filterByTk=${ours.id}`, {
      ...ours,
      options: { ...ours.options, secret: SECRET_AFTER_RESET },
    });
  }

  private async setUp(): Promise<void> {
    await addAuthenticator(this.admin, this.wecom, this.host.url);
    for (const [name, authType] of [
      ['floor', 'Floor'],
      ['row-and-call', 'RowAndCall'],
    ]) {
      await this.admin.post('authenticators:create', { name, authType, title: authType, enabled: true });
    }
    const userids = Array.from({ length: MEMBERS }, (_, index) => addMember(this.wecom, index + 1));
    const first = await this.visits(userids, { scope: 'snsapi_privateinfo' });
    const { results } = await this.load.run(first, 1);
    const failed = results.find(({ status }) => status !== 200);
    if (failed) throw new Error(`A first sign-in was answered with ${failed.status}.`);
    const users = await this.admin.get<{ id: number; nickname: string }[]>('users:list?paginate=false');
    for (const [index, userid] of userids.entries()) {
      const user = users.find(({ nickname }) => nickname === `Member ${index + 1}`);
      if (!user) throw new Error(`${userid} has become no user.`);
      await this.admin.post(`users:update?filterByTk=${user.id}`, { username: userid, password: PASSWORD });
      this.members.push({ userid, userId: user.id, account: userid });
    }
  }

  /** Goes through the door for each member; returns what the client sends when WeCom has led the browser back. */
  private async visits(userids: string[], query: Record<string, string> = {}): Promise<PreparedRequest[]> {
    const door: PreparedRequest = {
      url: doorUrl(this.host.url, query),
      method: 'GET',
      headers: { 'User-Agent': USER_AGENTS.wecomDesktop },
    };
    const { results } = await this.load.run(
      userids.map(() => door),
      1,
    );
    return results.map(({ status, ms, location, cookies = [] }, index) => {
      if (status !== 302 || !location) throw new Error(`The door answered ${status}.`);
      this.doorTimes.push(ms);
      const { searchParams } = new URL(location);
      const code = this.wecom.issueCode({
        corpId: DEMO_CORP_ID,
        agentId: DEMO_AGENT_ID,
        userid: userids[index],
        scope: searchParams.get('scope') === 'snsapi_privateinfo' ? 'snsapi_privateinfo' : 'snsapi_base',
        redirectUri: searchParams.get('redirect_uri') ?? undefined,
      });
      const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
      return this.signIn(AUTHENTICATOR, { code, state: searchParams.get('state') }, { Cookie: cookie });
    });
  }

  private signIn(authenticator: string, values: object, headers: Record<string, string> = {}): PreparedRequest {
    return {
      url: `${this.host.url}/api/auth:signIn`,
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': authenticator, ...headers },
      body: JSON.stringify(values),
    };
  }
}

async function packHostPlugin(): Promise<string> {
  mkdirSync(workFolder, { recursive: true });
  const file = join(workFolder, 'nocobase-plugin-bench-1.0.0.tgz');
  await create({ gzip: true, file, cwd: join(__dirname, 'host-plugin'), prefix: 'package' }, ['.']);
  return file;
}
