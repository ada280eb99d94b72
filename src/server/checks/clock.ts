import type { CheckResult } from '../../shared/checks';
import type { SendHttp } from '../wecom/transport';
import { found } from './result';

/** Differences that people or tokens begin to notice, in seconds. WeCom's codes live for five minutes. */
const NOTICEABLE = 60;
const HARMFUL = 300;

/** Compares the clock of this server with the `Date` of the answers that it gets. */
export class ClockWatch {
  /** Seconds by which this server is ahead; undefined as long as no answer told. */
  private ahead?: number;

  /** Sends requests as `send` does, and looks at the `Date` of what comes back. */
  watch(send: SendHttp): SendHttp {
    return async (request) => {
      const sent = Date.now();
      const answer = await send(request);
      const received = Date.now();
      const date = Date.parse(String(answer.headers?.date ?? ''));
      if (Number.isFinite(date)) {
        // The header has whole seconds: half of one is added, on average.
        this.ahead = ((sent + received) / 2 - (date + 500)) / 1000;
      }
      return answer;
    };
  }

  /** Whether an answer has told the time. */
  get hasSeen(): boolean {
    return this.ahead !== undefined;
  }

  judge(): CheckResult {
    if (this.ahead === undefined) {
      return found('clock', 'notTold');
    }
    const seconds = Math.ceil(Math.abs(this.ahead));
    const finding = seconds >= HARMFUL ? 'wrong' : seconds >= NOTICEABLE ? 'off' : 'ok';
    return found('clock', finding, { values: { seconds: String(seconds) } });
  }
}
