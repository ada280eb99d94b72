/** `npm run fault-matrix`: writes `docs/faults.md` and its Chinese twin anew from the matrix that the tests run. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FAILURES, type FailureReason } from '../src/shared/failures';
import {
  CALLS,
  FAULTS,
  FORMER,
  type Ending,
  type Fault,
  type WeComCall,
  endingOf,
} from '../tests/server/faults/matrix';
import { table, type Language } from './readme';

/** The two documents, which say the same. */
export const FAULT_DOCUMENTS: readonly { file: string; language: Language }[] = [
  { file: 'docs/faults.md', language: 'en-US' },
  { file: 'docs/faults.zh-CN.md', language: 'zh-CN' },
];

interface Words {
  title: string;
  other: string;
  intro: string[];
  retriesTitle: string;
  retries: string[];
  matrixTitle: string;
  matrix: string[];
  fault: string;
  signedIn: string;
  tries(count: number): string;
  formerPath(cell: string): string;
  reasonsTitle: string;
  reasonsHead: string[];
}

const WORDS: Record<Language, Words> = {
  'en-US': {
    title: 'When WeCom fails',
    other: 'English | [简体中文](faults.zh-CN.md)',
    intro: [
      'What becomes of a sign-in when one of its calls to WeCom meets a fault. Every cell of the matrix below is a test (`npm test -- server`, in `tests/server/faults/`): a member whom nobody knows signs in for the first time, which makes every call, in a real NocoBase against the simulator. Each checks that',
      [
        '- the answer has the code and HTTP status of the reason, and comes within 10 seconds;',
        '- WeCom looks at a code once at most;',
        '- no user, no binding and no cookie is left over;',
        '- the log has the call and the errcode, hint and IP address that WeCom gave, and nothing secret;',
        '- the same member gets in at the next try.',
      ].join('\n'),
    ],
    retriesTitle: 'What is tried again, and why',
    retries: [
      [
        '- **A code is used once.** `auth/getuserinfo` is not made again after an answer that was lost, broken or “busy”: WeCom may have used the code up, and the member starts over with a click. It is sent once more in two cases only, in which WeCom has not looked at it: when WeCom refuses the access token, and when a private edition of WeCom does not know the path (HTTP 404) but the former one, `user/getuserinfo`.',
        '- **A refused access token** (40001, 40014, 42001) is replaced once, and the call is made again with the new one. `gettoken` itself is not repeated after a refusal: WeCom bans addresses that repeat wrong secrets.',
        '- **“Busy”** (-1): calls that use nothing up are made again after 0.4 and 0.8 seconds, three tries in all, as WeCom advises (document 90313).',
        '- **Everything else is answered at once.** A refusal would be the same next time, and a connection that fails is not worth more of the time of somebody who waits: one call may take 4 seconds, all calls of a sign-in together 8.5.',
      ].join('\n'),
    ],
    matrixTitle: 'The matrix',
    matrix: [
      'Cells name the reason of the [error table](../README.md#errors), or say that the member is signed in. The former paths `user/getuserinfo` and `user/getuserdetail` are tested as well; a cell mentions them where they differ.',
    ],
    fault: 'Fault',
    signedIn: '**signed in**',
    tries: (count) => `${count} tries`,
    formerPath: (cell) => `former path: ${cell}`,
    reasonsTitle: 'Reasons',
    reasonsHead: ['Reason', 'Code', 'HTTP status'],
  },
  'zh-CN': {
    title: '企业微信出现故障时',
    other: '[English](faults.md) | 简体中文',
    intro: [
      '登录过程中调用企业微信接口遇到故障时，登录会怎样结束。下面矩阵的每一格都是一个测试（`npm test -- server`，位于 `tests/server/faults/`）：一位尚无用户的成员在真实的 NocoBase 中首次登录（首次登录会调用全部接口），企业微信由模拟器代替。每个测试都检查：',
      [
        '- 返回该原因对应的错误码和 HTTP 状态码，且不超过 10 秒；',
        '- 一个 code 最多被企业微信处理一次；',
        '- 不留下用户、绑定或 Cookie；',
        '- 日志中有接口名以及企业微信给出的 errcode、hint 和 IP 地址，没有任何机密；',
        '- 同一位成员再试一次即可登录。',
      ].join('\n'),
    ],
    retriesTitle: '哪些会重试，为什么',
    retries: [
      [
        '- **code 只用一次。** `auth/getuserinfo` 的响应丢失、损坏或返回“系统繁忙”时都不会重试：code 可能已被消费，成员点一下重新登录即可。只有两种情况会再发送一次，因为此时企业微信尚未处理 code：企业微信拒绝了 access_token；或者私有部署的企业微信不认识该路径（HTTP 404），改用旧路径 `user/getuserinfo`。',
        '- **access_token 被拒绝**（40001、40014、42001）时，重新获取一次并用新的再调用一次。`gettoken` 本身被拒绝后不重试：反复使用错误的 Secret 会使服务器的 IP 被企业微信封禁。',
        '- **系统繁忙**（-1）：不消耗任何东西的接口会在 0.4 秒和 0.8 秒后重试，总共三次，符合企业微信的建议（文档 90313）。',
        '- **其余情况立即返回错误。** 被拒绝的请求再发一次结果也一样；连接失败时也不再让登录者多等：单次调用最多 4 秒，一次登录的全部调用合计最多 8.5 秒。',
      ].join('\n'),
    ],
    matrixTitle: '矩阵',
    matrix: [
      '单元格中是[错误表](../README.zh-CN.md#错误)里的原因标识，或者表示登录成功。旧路径 `user/getuserinfo` 和 `user/getuserdetail` 同样经过测试，结果不同时在单元格中注明。',
    ],
    fault: '故障',
    signedIn: '**登录成功**',
    tries: (count) => `共 ${count} 次`,
    formerPath: (cell) => `旧路径：${cell}`,
    reasonsTitle: '原因',
    reasonsHead: ['原因标识', '错误码', 'HTTP 状态码'],
  },
};

const COLUMNS = CALLS.filter((call) => !Object.values(FORMER).includes(call));

function describeEnding({ outcome, tries }: Ending, words: Words): string {
  const what = outcome === 'signedIn' ? words.signedIn : outcome;
  return tries > 1 ? `${what} (${words.tries(tries)})` : what;
}

function cell(fault: Fault, call: WeComCall, words: Words): string {
  const own = describeEnding(endingOf(fault, call), words);
  const former = FORMER[call];
  const formers = former ? describeEnding(endingOf(fault, former), words) : own;
  return formers === own ? own : `${own}<br>${words.formerPath(formers)}`;
}

function reasons(): FailureReason[] {
  const all = FAULTS.flatMap((fault) => CALLS.map((call) => endingOf(fault, call).outcome));
  return [...new Set(all)].filter((outcome) => outcome !== 'signedIn').sort();
}

/** The whole document in one language. */
export function faultDocument(language: Language): string {
  const words = WORDS[language];
  const matrix = table(
    [words.fault, ...COLUMNS.map((call) => `\`${call}\``)],
    FAULTS.map((fault) => [fault.name[language], ...COLUMNS.map((call) => cell(fault, call, words))]),
  );
  const legend = table(
    words.reasonsHead,
    reasons().map((reason) => [reason, `\`${FAILURES[reason].code}\``, String(FAILURES[reason].status)]),
  );
  return [
    `# ${words.title}`,
    words.other,
    ...words.intro,
    `## ${words.retriesTitle}`,
    ...words.retries,
    `## ${words.matrixTitle}`,
    ...words.matrix,
    matrix,
    `## ${words.reasonsTitle}`,
    legend,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

if (require.main === module) {
  for (const { file, language } of FAULT_DOCUMENTS) {
    writeFileSync(join(resolve(__dirname, '..'), file), faultDocument(language));
  }
}
