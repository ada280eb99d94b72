import type { CheckResult } from '../../shared/checks';
import type { AppInfo } from '../wecom/answers';
import { found, shown } from './result';

/** Id of the department that is the whole company. */
const ROOT_DEPARTMENT = 1;

/** Whether the app is switched on in the WeCom console. */
export function judgeAgent({ name = '', enabled }: AppInfo): CheckResult {
  return found('agent', enabled === false ? 'disabled' : 'ok', { values: { app: shown(name) } });
}

/** Who can use the app, hence sign in. */
export function judgeVisibleRange({ visible }: AppInfo): CheckResult {
  if (!visible) {
    return found('visibleRange', 'notTold');
  }
  const [users, departments, tags] = [visible.userids.length, visible.departments.length, visible.tags];
  if (visible.departments.includes(ROOT_DEPARTMENT)) {
    return found('visibleRange', 'everybody');
  }
  if (users + departments + tags === 0) {
    return found('visibleRange', 'empty');
  }
  const values = { users: String(users), departments: String(departments), tags: String(tags) };
  return found('visibleRange', departments + tags === 0 ? 'narrow' : 'some', { values });
}

/** Host and port of a domain as it stands in the console; the port that goes without saying is left out. */
function normalize(domain: string, protocol: string): { host: string; hostname: string; port: string } | undefined {
  try {
    const url = new URL(`${protocol}//${domain.replace(/^https?:\/\//i, '').replace(/\/.*$/, '')}`);
    const { host, hostname, port } = url;
    return { host, hostname, port: port === '443' || port === '80' ? '' : port };
  } catch {
    return undefined;
  }
}

/**
 * Whether WeCom sends members back to the Origin (WeCom documents 91022, 91335: the whole host has to agree, with its
 * port). Other documents forbid a port, so its absence alone is not called wrong.
 */
export function judgeCallbackDomain({ redirectDomain }: AppInfo, origin: string): CheckResult {
  const { host, protocol } = new URL(origin);
  if (redirectDomain === undefined) {
    return found('callbackDomain', 'notTold');
  }
  if (redirectDomain === '') {
    return found('callbackDomain', 'missing', { copy: host });
  }
  const [trusted, own] = [normalize(redirectDomain, protocol), normalize(host, protocol)];
  const values = { domain: shown(redirectDomain), host };
  if (trusted?.hostname !== own?.hostname) {
    return found('callbackDomain', 'other', { values, copy: host });
  }
  if (trusted?.port === own?.port) {
    return found('callbackDomain', 'ok', { values });
  }
  return found('callbackDomain', trusted?.port === '' ? 'port' : 'other', { values, copy: host });
}

/** The web login domain is in no answer of WeCom: the administrator compares it. */
export function webLoginDomain(origin: string): CheckResult {
  return found('webLoginDomain', 'byHand', { copy: new URL(origin).host });
}

/**
 * Whether phone numbers can be had at the first sign-in. Apps made before 2022-06-20 read them from the contacts (WeCom
 * document 90196); of others WeCom does not tell whether the administrator ticked them.
 *
 * @param mobileSeen whether the record of a member in the visible range holds a phone number
 */
export function judgePhone(mobileSeen: boolean): CheckResult {
  return found('phone', mobileSeen ? 'ok' : 'byHand');
}
