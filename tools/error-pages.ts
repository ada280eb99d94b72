import { readdirSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FAILURES, FOR_ADMINISTRATOR, type FailureCode, type FailureInfo } from '../src/shared/failures';
import { READMES, translate, type Language } from './readme';
import { ON_WECOM_PAGES, WECOM_MESSAGES } from './wecom-words';

const root = resolve(__dirname, '..');

/** Folder of the pages, from the root of the repository. */
export const ERROR_PAGES = 'docs/errors';

const NAMES: Record<Language, string> = { 'en-US': 'English', 'zh-CN': '简体中文' };

const WORDS = {
  'en-US': {
    all: ['All errors', '../../README.md#errors'],
    status: (statuses: string) => `HTTP status ${statuses}. Programs find the code and the reason in the answer:`,
    signInPage: 'The sign-in page says',
    administrator: 'Under “Details for your administrator” it also says what to do.',
    wecomPage: 'A page of WeCom says, and nobody comes back to NocoBase',
    wecomAnswer: 'WeCom answers',
    log: 'The log has the errcode with the message `WeCom sign-in failed`.',
    cause: 'Cause',
    remedy: 'What to do',
  },
  'zh-CN': {
    all: ['全部错误', '../../README.zh-CN.md#错误'],
    status: (statuses: string) =>
      `HTTP 状态码 ${statuses}。程序可以从接口返回中读取错误码（code）和原因标识（reason）：`,
    signInPage: '登录页显示',
    administrator: '“给管理员的信息”中还有处理方法。',
    wecomPage: '企业微信的页面显示（不会返回 NocoBase）',
    wecomAnswer: '企业微信返回',
    log: '日志中的消息为 `WeCom sign-in failed`，其中有该 errcode。',
    cause: '原因',
    remedy: '处理方法',
  },
};

const rows = Object.entries<FailureInfo>(FAILURES);

/** Name of the page of a code in one language. */
export function errorPageName(code: FailureCode, language: Language): string {
  return language === 'en-US' ? `${code}.md` : `${code}.${language}.md`;
}

/** Where the manual links to: the part of a page that is about one reason. */
export function errorPageLink(reason: string, code: FailureCode, language: Language): string {
  return `${ERROR_PAGES}/${errorPageName(code, language)}#${reason.toLowerCase()}`;
}

function errcodeLine(errcode: number): string {
  const message = WECOM_MESSAGES[errcode];
  const link = `[${errcode}](https://open.work.weixin.qq.com/devtool/query?e=${errcode})`;
  return message ? `- ${link} \`${message}\`` : `- ${link}`;
}

/** What one reason looks like, why it comes about, and what to do. */
function reasonPart(reason: string, info: FailureInfo, language: Language): string {
  const words = WORDS[language];
  const { code, message, cause, remedy, errcodes = [] } = info;
  const onPages = ON_WECOM_PAGES[reason] ?? [];
  return [
    `## ${reason}`,
    `**${words.signInPage}**`,
    READMES.map((each) => `> ${translate(message, each.language)}`).join('\n>\n'),
    ...(FOR_ADMINISTRATOR.includes(code) ? [words.administrator] : []),
    ...(onPages.length > 0 ? [`**${words.wecomPage}**`, onPages.map((text) => `> ${text}`).join('\n>\n')] : []),
    ...(errcodes.length > 0 ? [`**${words.wecomAnswer}**`, errcodes.map(errcodeLine).join('\n'), words.log] : []),
    `**${words.cause}**`,
    translate(cause, language),
    `**${words.remedy}**`,
    translate(remedy, language),
  ].join('\n\n');
}

/** The page of one code: every reason that has it. */
function errorPage(code: FailureCode, language: Language): string {
  const words = WORDS[language];
  const own = rows.filter(([, info]) => info.code === code);
  const statuses = [...new Set(own.map(([, { status }]) => String(status)))].join(', ');
  const languages = READMES.map((each) =>
    each.language === language ? NAMES[language] : `[${NAMES[each.language]}](${errorPageName(code, each.language)})`,
  );
  const answer = `{ "errors": [{ "message": "…", "code": "${code}", "reason": "${own[0][0]}" }] }`;
  return `${[
    '<!-- Made from src/shared/failures.ts: npm run error-table -->',
    `# ${code}`,
    [...languages, `[${words.all[0]}](${words.all[1]})`].join(' | '),
    words.status(statuses),
    `\`\`\`json\n${answer}\n\`\`\``,
    ...own.map(([reason, info]) => reasonPart(reason, info, language)),
  ].join('\n\n')}\n`;
}

/** All pages: their contents by file name. */
export function errorPages(): Map<string, string> {
  const codes = [...new Set(rows.map(([, { code }]) => code))];
  return new Map(
    READMES.flatMap(({ language }) =>
      codes.map((code): [string, string] => [errorPageName(code, language), errorPage(code, language)]),
    ),
  );
}

/** Writes the pages anew, and removes those of codes that are no more. */
export function writeErrorPages(): void {
  const pages = errorPages();
  const folder = join(root, ERROR_PAGES);
  mkdirSync(folder, { recursive: true });
  readdirSync(folder)
    .filter((name) => !pages.has(name))
    .forEach((name) => rmSync(join(folder, name)));
  pages.forEach((content, name) => writeFileSync(join(folder, name), content));
}
