import type { SignInCalls } from './measure-calls';
import type { EntrySize } from './measure-entries';
import { table, type Language } from './readme';

/** Name of the markers between which the figures stand. */
export const FIGURES = 'figures';

/** What must not be exceeded. */
export const LIMITS = { entry: 2500, first: 4, returning: 1, gettoken: 1 } as const;

export interface Figures {
  entries: EntrySize[];
  calls: SignInCalls;
}

const WORDS = {
  'en-US': {
    head: ['Figure', 'Measured', 'Limit'],
    entry: {
      client: 'Loaded by every page of the classic client (gzipped)',
      'client-v2': 'Loaded by every page of the new client (gzipped)',
    },
    withNote: (value: string, note: string) => `${value} (${note})`,
    compared: (size: string) => `NocoBase’s own SMS sign-in: ${size}`,
    first: 'WeCom calls of a first sign-in, both rounds together',
    returning: 'WeCom calls of every later sign-in',
    gettoken: '`gettoken` calls for all of these sign-ins',
    perLife: 'per life of a token',
  },
  'zh-CN': {
    head: ['指标', '实测', '上限'],
    entry: {
      client: '经典客户端每个页面加载的脚本（gzip 后）',
      'client-v2': '新版客户端每个页面加载的脚本（gzip 后）',
    },
    withNote: (value: string, note: string) => `${value}（${note}）`,
    compared: (size: string) => `NocoBase 自带的短信登录：${size}`,
    first: '首次登录（两轮合计）调用企业微信接口的次数',
    returning: '之后每次登录调用企业微信接口的次数',
    gettoken: '以上所有登录调用 `gettoken` 的次数',
    perLife: '每个 access_token 有效期内',
  },
} as const;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;

/** The figures as the READMEs show them. */
export function figuresTable({ entries, calls }: Figures, language: Language): string {
  const words = WORDS[language];
  return table(
    [...words.head],
    [
      ...entries.map(({ client, ours, sms }) => [
        words.entry[client],
        words.withNote(kilobytes(ours), words.compared(kilobytes(sms))),
        kilobytes(LIMITS.entry),
      ]),
      [words.first, String(calls.first), String(LIMITS.first)],
      [words.returning, String(calls.returning), String(LIMITS.returning)],
      [words.gettoken, String(calls.gettoken), words.withNote(String(LIMITS.gettoken), words.perLife)],
    ],
  );
}
