import { DEMO_CORP_ID, type Simulator } from '../../simulator';
import { readLogs } from './app';

/** Codes, session tokens and cookies that this test file has seen. */
const seen = new Set<string>();

/** Remembers something that must not show up in a log. */
export function witness(secret: string): void {
  if (secret.length >= 8) {
    seen.add(secret);
  }
}

/**
 * Fails when the logs of this test file hold what nobody may find there: secrets of apps, access tokens, session tokens,
 * cookies of visits, codes, phone numbers. To be called before the last application closes.
 */
export async function expectNothingSecret(wecom: Simulator, corpIds = [DEMO_CORP_ID]): Promise<void> {
  wecom.faults.clear();
  for (const corpId of corpIds) {
    const { apps, members } = wecom.corp(corpId);
    members.forEach(({ mobile }) => witness(mobile));
    for (const { secret } of apps) {
      witness(secret);
      const query = new URLSearchParams({ corpid: corpId, corpsecret: secret });
      // WeCom answers with the token that is running.
      const answer = await fetch(`${wecom.apiBaseUrl}/cgi-bin/gettoken?${query}`);
      witness(((await answer.json()) as { access_token?: string }).access_token ?? '');
    }
  }
  const lines = readLogs().split('\n');
  // Logs that are empty would hide everything; every application is asked for its list when it starts.
  expect(lines.some((line) => line.includes('authenticators:publicList'))).toBe(true);
  const found = lines.filter(
    (line) =>
      [...seen].some((secret) => line.includes(secret) || line.includes(encodeURIComponent(secret))) ||
      /access_token=|corpsecret=|user_ticket"?[:=]|eyJhbGciOi/.test(line),
  );
  expect(found).toEqual([]);
}
