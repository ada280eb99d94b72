import type { Code } from '../codes';
import { isVisible } from '../corps';
import { isTrustedDomain } from '../domains';
import type { SensitiveField } from '../types';
import { SENSITIVE_FIELDS } from '../types';
import type { ApiCall, CallContext } from './call';
import { ApiError } from './errors';

const DEFAULT_AVATAR = 'https://rescdn.qqmail.com/node/wwmng/wwmng/style/images/independent/DefaultAvatar$73ba92b5.png';

function useCode({ world, query, corp, app }: CallContext): Code {
  const value = query.get('code');
  if (!value) throw new ApiError(41008);
  if (!app.enabled) throw new ApiError(50003);
  const code = world.codes.findLive(value);
  if (!code || code.corpId !== corp.corpId) throw new ApiError(40029);
  if (code.agentId !== app.agentId) {
    const ownsDomain =
      code.redirectUri === null ||
      isTrustedDomain(code.redirectUri, app.oauthDomain) ||
      isTrustedDomain(code.redirectUri, app.webLoginDomain);
    throw new ApiError(ownsDomain ? 40029 : 50001);
  }
  world.codes.useUp(value);
  return code;
}

/** A ticket comes only after a consent round inside the client, for a member in range (WeCom docs 91023, 98176). */
function ticketFor({ world, corp, app }: CallContext, code: Code): string | undefined {
  if (code.scope !== 'snsapi_privateinfo' || !code.inClient || code.person.kind !== 'member') return undefined;
  if (!isVisible(app, code.person.userid)) return undefined;
  return world.tickets.issue({
    corpId: corp.corpId,
    agentId: app.agentId,
    userid: code.person.userid,
    agreed: code.agreed,
  });
}

/** `auth/getuserinfo`: the userid, also out of range; an openid for everybody else. */
export const getUserInfo: ApiCall = {
  method: 'GET',
  answer(context) {
    const code = useCode(context);
    const { person } = code;
    if (person.kind === 'outsider') {
      return {
        openid: person.openid,
        ...(person.external_userid ? { external_userid: person.external_userid } : {}),
      };
    }
    const ticket = ticketFor(context, code);
    return { userid: person.userid, ...(ticket ? { user_ticket: ticket } : {}) };
  },
};

/** `user/getuserinfo`, the older call: the same with capitals. */
export const legacyGetUserInfo: ApiCall = {
  method: 'GET',
  answer(context) {
    const code = useCode(context);
    const { person } = code;
    if (person.kind === 'outsider') {
      return {
        OpenId: person.openid,
        DeviceId: '',
        ...(person.external_userid ? { external_userid: person.external_userid } : {}),
      };
    }
    const ticket = ticketFor(context, code);
    return {
      UserId: person.userid,
      DeviceId: '',
      ...(ticket ? { user_ticket: ticket, expires_in: 1800 } : {}),
    };
  },
};

/**
 * `auth/getuserdetail`: a field is real only if the administrator ticked it and the member agreed. Not ticked: missing.
 * Ticked but refused: empty. WeCom does either, so a caller must bear both.
 */
export const getUserDetail: ApiCall = {
  method: 'POST',
  answer({ world, body, corp, app }) {
    const value = body['user_ticket'];
    if (value === undefined || value === '') throw new ApiError(84090);
    const ticket = typeof value === 'string' ? world.tickets.find(value) : 'unknown';
    if (ticket === 'expired') throw new ApiError(84014);
    if (ticket === 'unknown' || ticket.corpId !== corp.corpId || ticket.agentId !== app.agentId) {
      throw new ApiError(84015);
    }
    const member = corp.findMember(ticket.userid);
    if (!member || member.status === 5) throw new ApiError(60111);
    if (!isVisible(app, member.userid)) throw new ApiError(60011);
    const shown = (field: SensitiveField) => app.sensitiveFields.includes(field) && ticket.agreed.includes(field);
    const answer: Record<string, unknown> = {
      userid: member.userid,
      gender: shown('gender') ? member.gender : '0',
      avatar: shown('avatar') && member.avatar ? member.avatar : DEFAULT_AVATAR,
    };
    for (const field of SENSITIVE_FIELDS) {
      if (field in answer || !app.sensitiveFields.includes(field)) continue;
      answer[field] = shown(field) ? member[field] : '';
    }
    return answer;
  },
};
