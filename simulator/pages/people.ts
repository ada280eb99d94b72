import { CLIENT_COOKIE } from '../constants';
import { type Corp, isVisible } from '../corps';
import { openidOf } from '../ids';
import type { App, Person } from '../types';
import type { World } from '../world';
import { esc, face } from './html';
import type { Texts } from './texts';

/** `zhangsan`, `openid:o...` or `linked:CorpId/userid`: as forms and the cookie name a person. */
export function nameOfPerson(person: Person): string {
  if (person.kind === 'outsider') return `openid:${person.openid}`;
  return person.kind === 'linked' ? `linked:${person.userid}` : person.userid;
}

/** The person behind such a name; null when this company knows no such member. */
export function parsePerson(corp: Corp, text: string): Person | null {
  if (text.startsWith('linked:')) return { kind: 'linked', userid: text.slice('linked:'.length) };
  if (text.startsWith('openid:')) {
    const openid = text.slice('openid:'.length);
    const known = corp.outsider.openid === openid ? corp.outsider.external_userid : undefined;
    return { kind: 'outsider', openid, external_userid: known };
  }
  const member = corp.findMember(text);
  return member ? { kind: 'member', userid: member.userid } : null;
}

/** Who is logged in to this client, as seen from a company; null when nobody is. */
export function clientPerson(world: World, corp: Corp, cookie: string | null): Person | null {
  const at = cookie?.indexOf(':') ?? -1;
  if (cookie !== null && at > 0) {
    const homeCorpId = cookie.slice(0, at);
    const who = cookie.slice(at + 1);
    if (homeCorpId === corp.corpId) {
      const person = parsePerson(corp, who);
      if (person) return person;
    } else {
      const home = world.corps.get(homeCorpId);
      // Members of one company are strangers to the others.
      if (home && parsePerson(home, who)) return { kind: 'outsider', openid: openidOf(corp.corpId, cookie) };
    }
  }
  return world.clients.get(corp.corpId) ?? null;
}

/** The header that makes this browser the client of a person. */
export function clientCookie(corp: Corp, person: Person): string {
  return `${CLIENT_COOKIE}=${encodeURIComponent(`${corp.corpId}:${nameOfPerson(person)}`)}; Path=/; HttpOnly; SameSite=Lax`;
}

export const NO_CLIENT_COOKIE = `${CLIENT_COOKIE}=; Path=/; Max-Age=0`;

/** Name to show for a person. */
export function displayName(corp: Corp, person: Person): string {
  if (person.kind === 'member') return corp.findMember(person.userid)?.name ?? person.userid;
  if (person.kind === 'linked' && person.userid === corp.linked.userid) return corp.linked.name;
  if (person.kind === 'outsider' && person.openid === corp.outsider.openid) return corp.outsider.name;
  return person.kind === 'linked' ? person.userid : person.openid;
}

function row(testId: string, value: string, name: string, id: string, tags: string[]): string {
  const marks = tags.map((tag) => `<span class="tag">${esc(tag)}</span>`).join('');
  return `<li><button name="person" value="${esc(value)}" data-testid="${esc(testId)}">${face(name)}<span><b>${esc(name)}</b>${marks}<br><span class="muted">${esc(id)}</span></span></button></li>`;
}

/** The list to choose a person from; each line is a button named `person`. */
export function peopleList(t: Texts, corp: Corp, app: App | null): string {
  const rows = corp.members.map((member) => {
    const tags: string[] = [];
    if (member.status === 5) tags.push(t.left);
    else if (app && !isVisible(app, member.userid)) tags.push(t.outOfRange);
    if (member.status === 2) tags.push(t.disabled);
    if (member.status === 4) tags.push(t.inactive);
    if (!member.mobile) tags.push(t.noPhone);
    return row(`member-${member.userid}`, member.userid, member.name, member.userid, tags);
  });
  const { outsider, linked } = corp;
  rows.push(row('outsider', `openid:${outsider.openid}`, outsider.name, outsider.openid, [t.outsider]));
  rows.push(row('linked', `linked:${linked.userid}`, linked.name, linked.userid, [t.linked]));
  return `<ul class="people">${rows.join('')}</ul>`;
}
