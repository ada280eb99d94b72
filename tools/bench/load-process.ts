/** The process that sends the requests of a measurement, apart from the one that runs the simulator. */
import { Agent, request } from 'node:http';
import type { HttpResult, Job, Outcome, PreparedRequest } from './load';

/** Sends all requests of a job, `concurrency` of them at a time, each as soon as the one before is answered. */
async function run({ requests, concurrency, timeout }: Job): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const results: HttpResult[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < requests.length) {
      const index = next++;
      results[index] = await send(agent, requests[index], timeout);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const elapsed = performance.now() - started;
  agent.destroy();
  return { results, elapsed };
}

function send(agent: Agent, { url, method, headers, body }: PreparedRequest, timeout: number): Promise<HttpResult> {
  return new Promise((settle) => {
    const started = performance.now();
    const end = (status: number, answer: Pick<HttpResult, 'location' | 'cookies'> = {}): void =>
      settle({ status, ms: performance.now() - started, ...answer });
    const call = request(url, { agent, method, headers, signal: AbortSignal.timeout(timeout) }, (response) => {
      response.resume();
      response.once('error', () => end(0));
      response.once('end', () => {
        const { location, 'set-cookie': cookies } = response.headers;
        end(response.statusCode ?? 0, { location, cookies });
      });
    });
    call.once('error', () => end(0));
    call.end(body);
  });
}

process.on('message', (job: Job) => {
  run(job).then((outcome) => process.send?.(outcome));
});
