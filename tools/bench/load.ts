import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface PreparedRequest {
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
}

export interface Job {
  requests: PreparedRequest[];
  concurrency: number;
  /** Milliseconds after which a request counts as failed. */
  timeout: number;
}

export interface HttpResult {
  /** 0 when there was no answer. */
  status: number;
  /** From sending to the last byte. */
  ms: number;
  location?: string;
  cookies?: string[];
}

export interface Outcome {
  /** In the order of the requests. */
  results: HttpResult[];
  /** Milliseconds that the whole job took. */
  elapsed: number;
}

/** The host stalls for half a minute where it cannot write. */
const TIMEOUT_MS = 60_000;

/**
 * Sends prepared requests from a process of its own. It is small because each sign-in needs a request of its own (code,
 * state and cookie work once), which general load generators repeat.
 */
export class Load {
  private constructor(private readonly child: ChildProcess) {}

  static start(): Load {
    const child = fork(join(__dirname, 'load-process.ts'), { execArgv: ['--require', require.resolve('tsx/cjs')] });
    process.once('exit', () => child.kill());
    return new Load(child);
  }

  /** One job at a time. */
  async run(requests: PreparedRequest[], concurrency: number): Promise<Outcome> {
    const job: Job = { requests, concurrency, timeout: TIMEOUT_MS };
    this.child.send(job);
    const ended = new AbortController();
    try {
      const [outcome] = (await Promise.race([
        once(this.child, 'message', { signal: ended.signal }),
        once(this.child, 'exit', { signal: ended.signal }).then(() => {
          throw new Error('The process that sends requests has ended.');
        }),
      ])) as [Outcome];
      return outcome;
    } finally {
      ended.abort();
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.disconnect();
    await exit;
  }
}
