import { apiPath } from '../api-path';

/** The address as it was sent: an encoded or otherwise rewritten form of the name is another name. */
const ADDRESS = /^\/(WW_verify_[A-Za-z0-9]{16}\.txt)(?:\?|$)/;

/**
 * Name of the file that a request asks for, if it asks for one: at the root of the host, where WeCom looks, or below the
 * path of the API, which every proxy in front of NocoBase passes on and which one that serves the root itself can be
 * pointed at.
 *
 * @param url path and query
 */
export function askedName(url: string): string | undefined {
  const api = apiPath();
  return ADDRESS.exec(url.startsWith(api) ? url.slice(api.length - 1) : url)?.[1];
}
