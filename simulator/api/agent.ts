import type { App } from '../types';
import type { ApiCall } from './call';
import { ApiError } from './errors';

function checkAgentId(value: unknown, app: App): void {
  if (value === null || value === undefined || value === '') throw new ApiError(41011);
  const agentId = String(value);
  if (!/^\d+$/.test(agentId)) throw new ApiError(40056);
  if (agentId !== app.agentId) throw new ApiError(301002);
}

/** `agent/get`: the app as the administrator set it up (WeCom doc 90227). */
export const agentGet: ApiCall = {
  method: 'GET',
  answer({ query, corp, app }) {
    checkAgentId(query.get('agentid'), app);
    const visible = app.visible ?? corp.members.map((member) => member.userid);
    return {
      agentid: Number(app.agentId),
      name: app.name,
      square_logo_url: '',
      description: '',
      allow_userinfos: { user: visible.map((userid) => ({ userid })) },
      allow_partys: { partyid: app.visible === null ? [1] : app.visibleDepartments },
      allow_tags: { tagid: app.visibleTags },
      close: app.enabled ? 0 : 1,
      redirect_domain: app.oauthDomain,
      report_location_flag: 0,
      isreportenter: 0,
      home_url: app.homeUrl,
    };
  },
};

/** `agent/set`, reduced to the homepage of the app (WeCom doc 90228). */
export const agentSet: ApiCall = {
  method: 'POST',
  answer({ body, app }) {
    checkAgentId(body['agentid'], app);
    const homeUrl = body['home_url'];
    if (homeUrl === undefined) return {};
    if (typeof homeUrl !== 'string') throw new ApiError(40058);
    if (homeUrl.length > 1024) throw new ApiError(40039);
    if (!/^https?:\/\//.test(homeUrl)) throw new ApiError(45034);
    app.homeUrl = homeUrl;
    return {};
  },
};
