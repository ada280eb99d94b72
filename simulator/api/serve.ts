import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallRecord } from '../calls';
import { headerSafe } from '../domains';
import { nameOfFault } from '../faults';
import { callerIpOf, readBody, type Address } from '../http';
import type { World } from '../world';
import { answerCall, failedAnswer, hasCall, type CallAnswer, type CallRequest } from './answer';
import { ApiError } from './errors';

const HUGE_BYTES = 32 * 1024 * 1024;
const TRICKLE_EVERY_MS = 50;

function sendJson(world: World, res: ServerResponse, answer: CallAnswer, body = JSON.stringify(answer)): void {
  res.writeHead(200, {
    Date: new Date(world.now() + world.clockSkew).toUTCString(),
    'Content-Type': 'application/json; charset=UTF-8',
    'Error-Code': String(answer.errcode),
    'Error-Msg': headerSafe(answer.errmsg, { spaces: true }),
  });
  res.end(body);
}

function sendText(res: ServerResponse, status: number, type: string, text: string): void {
  res.writeHead(status, { 'Content-Type': type });
  res.end(text);
}

/** Writes many megabytes of valid JSON, stopping when the caller hangs up. */
function sendHuge(res: ServerResponse): void {
  res.writeHead(200, { 'Content-Type': 'application/json; charset=UTF-8' });
  const chunk = 'x'.repeat(64 * 1024);
  let left = HUGE_BYTES / chunk.length;
  const write = () => {
    while (left > 0 && !res.destroyed) {
      left -= 1;
      if (!res.write(chunk)) {
        res.once('drain', write);
        return;
      }
    }
    if (!res.destroyed) res.end('"}');
  };
  res.write('{"errcode":0,"errmsg":"');
  write();
}

/** Sends a byte now and then and never ends, until the caller hangs up. */
function sendTrickle(res: ServerResponse): void {
  res.writeHead(200, { 'Content-Type': 'application/json; charset=UTF-8' });
  const timer = setInterval(() => res.write(' '), TRICKLE_EVERY_MS);
  res.once('close', () => clearInterval(timer));
}

/** Promises the whole answer, and breaks the connection in the middle of it. */
function sendCutOff(res: ServerResponse, whole: string): void {
  res.writeHead(200, { 'Content-Type': 'application/json; charset=UTF-8', 'Content-Length': Buffer.byteLength(whole) });
  res.write(whole.slice(0, Math.floor(whole.length / 2)), () => res.socket?.resetAndDestroy());
}

/** Valid JSON of another shape than the call documents. */
function wrongShape(name: string): string {
  if (name === 'gettoken') return '{"errcode":0,"errmsg":"ok","access_token":["a"],"expires_in":"soon"}';
  if (name.endsWith('getuserinfo')) return '{"errcode":0,"errmsg":"ok","userid":1000,"UserId":1000,"user_ticket":{}}';
  if (name.endsWith('getuserdetail')) return '{"errcode":0,"errmsg":"ok","userid":1000,"mobile":13800000001}';
  return '["not","an","object"]';
}

/** Serves one request below `/cgi-bin/`: faults first, then the real answer. */
export async function serveApi(
  world: World,
  req: IncomingMessage,
  res: ServerResponse,
  { path, query }: Address,
): Promise<void> {
  const name = path.slice('/cgi-bin/'.length);
  const body = await readBody(req);
  const known = hasCall(world, name);
  const record: CallRecord = { path: known ? name : '(unknown)', errcode: null, at: world.now() };
  world.calls.record(record);
  if (!known) {
    res.writeHead(404).end();
    return;
  }
  const callerIp = world.callerIp ?? callerIpOf(req);
  const request: CallRequest = { name, method: req.method ?? 'GET', query, body, callerIp };

  const plan = world.faults.take(name);
  if (plan.delay > 0) {
    record.fault = `delay ${plan.delay} ms`;
    await sleep(plan.delay, undefined, { ref: false });
  }
  if (plan.gone) {
    // A connection that stays open would serve the next call.
    res.setHeader('Connection', 'close');
    world.goAway();
  }
  const { kind } = plan;
  if (kind === null) {
    const answer = answerCall(world, request);
    record.errcode = answer.errcode;
    sendJson(world, res, answer);
    return;
  }
  record.fault = nameOfFault(kind);
  if (typeof kind === 'object' && 'errcode' in kind) {
    const answer =
      kind.errcode === 0
        ? answerCall(world, request)
        : failedAnswer(world, request, new ApiError(kind.errcode, kind.errmsg));
    record.errcode = answer.errcode;
    sendJson(world, res, answer);
  } else if (kind === 'truncated-json' || kind === 'cut-off') {
    // The call itself is done: an answer that gets lost on its way has used up the code.
    const answer = answerCall(world, request);
    const whole = JSON.stringify(answer);
    if (kind === 'cut-off') sendCutOff(res, whole);
    else sendJson(world, res, answer, whole.slice(0, Math.floor(whole.length / 2)));
  } else if (kind === 'reset') req.socket.resetAndDestroy();
  else if (kind === 'trickle') sendTrickle(res);
  else if (kind === 'empty') sendText(res, 200, 'application/json; charset=UTF-8', '');
  else if (kind === 'wrong-shape') sendText(res, 200, 'application/json; charset=UTF-8', wrongShape(name));
  else if (kind === 'huge') sendHuge(res);
  else if (kind === 'hang') return;
  else if ('status' in kind)
    sendText(res, kind.status, 'text/html; charset=UTF-8', kind.html ?? badGateway(kind.status));
  else sendText(res, 200, 'application/json; charset=UTF-8', kind.body);
}

function badGateway(status: number): string {
  return `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr><center>nginx</center></body></html>`;
}
