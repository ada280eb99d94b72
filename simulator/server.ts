import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { serveApi } from './api/serve';
import { servePage } from './pages/serve';
import type { World } from './world';

function parseUrl(req: IncomingMessage): URL | null {
  try {
    return new URL(`http://simulator${req.url ?? '/'}`);
  } catch {
    return null;
  }
}

async function serve(world: World, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = parseUrl(req);
  if (url === null) res.writeHead(404).end();
  else if (url.pathname.startsWith('/cgi-bin/')) await serveApi(world, req, res, url);
  else await servePage(world, req, res, url);
}

/** The HTTP server of a simulator; whatever a request holds, it keeps running. */
export function createSimulatorServer(world: World): Server {
  return createServer((req, res) => {
    res.on('error', () => req.socket.destroy());
    serve(world, req, res).catch(() => {
      // The caller hung up, or a request that no rule foresees: this connection ends, the server stays.
      if (res.headersSent || req.socket.destroyed) req.socket.destroy();
      else res.writeHead(500).end();
    });
  });
}
