import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { serveApi } from './api/serve';
import { addressOf } from './http';
import { servePage } from './pages/serve';
import type { World } from './world';

async function serve(world: World, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const address = addressOf(req);
  if (address.path.startsWith('/cgi-bin/')) await serveApi(world, req, res, address);
  else await servePage(world, req, res, address);
}

/** The HTTP server of a simulator; whatever a request holds, it keeps running. */
export function createSimulatorServer(world: World): Server {
  const server = createServer((req, res) => {
    res.on('error', () => req.socket.destroy());
    serve(world, req, res).catch(() => {
      // The caller hung up, or a request that no rule foresees: this connection ends, the server stays.
      if (res.headersSent || req.socket.destroyed) req.socket.destroy();
      else res.writeHead(500).end();
    });
  });
  // Longer than callers keep connections, so that none is closed under a request on its way.
  server.keepAliveTimeout = 60_000;
  return server;
}
