import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { SendHttp } from './transport';

/**
 * How long a connection to WeCom may lie idle before it is closed from here. A server that closes it first does so while
 * the next call is on its way: that call fails, and one with a code must not be sent again. Node's own agent waits for
 * the server, which closes after a few seconds.
 */
const IDLE_MS = 2000;

/** Sends requests on connections that are kept open between calls that follow each other closely. */
export function onKeptConnections(send: SendHttp): SendHttp {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const httpAgent = new HttpAgent(options);
  const httpsAgent = new HttpsAgent(options);
  return (request) => send({ ...request, httpAgent, httpsAgent });
}
