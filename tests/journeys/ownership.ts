import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A file such as WeCom makes it, with a line break at its end. */
export const OWNERSHIP_FILE = { name: 'WW_verify_7rG3kjVbXHngiald.txt', content: '7rG3kjVbXHngiald\r\n' };

interface Asked {
  path: string;
  /** The domain under which the host is asked, when it has several. */
  domain?: string;
}

/** What a host answers to WeCom, which follows no redirect. */
export async function askForFile({ url }: { url: string }, { path, domain }: Asked) {
  const { host } = new URL(url);
  // On a connection of its own: one from before would be answered as before a proxy was reloaded.
  const request = get(`${url}${path}`, { headers: { Host: domain ?? host }, agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, type: answer.headers['content-type'], content: await text(answer) };
}

/** Whether a file comes at the root of a host, byte for byte; without it the host answers with its pages there. */
export async function isServed(
  host: { url: string },
  { file = OWNERSHIP_FILE, domain }: { file?: typeof OWNERSHIP_FILE; domain?: string } = {},
): Promise<boolean> {
  const { status, type, content } = await askForFile(host, { path: `/${file.name}`, domain });
  const served = status === 200 && type === 'text/plain; charset=utf-8' && content === file.content;
  if (!served && content === file.content) throw new Error(`the file comes as ${status} ${type}`);
  return served;
}
