import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../world';

/** Serves everything that is not below `/cgi-bin/`. */
export async function servePage(_world: World, _req: IncomingMessage, res: ServerResponse, _url: URL): Promise<void> {
  res.writeHead(404).end();
}
