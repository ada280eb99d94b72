import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { SendHttp } from './transport';

/**
 * How long a connection to WeCom may lie idle before it is closed from here. A server that closes it first does so while
 * the next call is on its way: that call fails, and one with a code must not be sent again. Node's own agent waits for
 * the server, which closes after a few seconds.
 */
const IDLE_MS = 2000;

/**
 * Closes connections of an agent that nobody used for a while. Only then the agent has a timeout, since it would hold for
 * looking up a name and connecting as well, and they may take as long as the call. Node makes it shorter when the server
 * says that it waits less (lib/_http_agent.js).
 */
function closingIdle<A extends HttpAgent>(agent: A): A {
  const keep = agent.keepSocketAlive.bind(agent);
  const { options } = agent as unknown as { options: AgentOptions };
  agent.keepSocketAlive = (socket) => {
    options.timeout = IDLE_MS;
    const kept = keep(socket);
    delete options.timeout;
    return kept;
  };
  return agent;
}

/** Sends requests on connections that are kept open between calls that follow each other closely. */
export function onKeptConnections(send: SendHttp): SendHttp {
  const httpAgent = closingIdle(new HttpAgent({ keepAlive: true }));
  const httpsAgent = closingIdle(new HttpsAgent({ keepAlive: true }));
  return (request) => send({ ...request, httpAgent, httpsAgent });
}
