/** `npm run error-table`: writes the error table of both READMEs and the pages in docs/errors/ anew from the table of failures. */
import { FAILURES, type FailureInfo } from '../src/shared/failures';
import { errorPageLink, writeErrorPages } from './error-pages';
import { table, translate, writeParts, type Language } from './readme';

/** Name of the markers between which the table stands. */
export const ERROR_TABLE = 'error-table';

const HEAD: Record<Language, string[]> = {
  'en-US': ['Code and reason', 'Cause', 'What to do', 'errcodes of WeCom'],
  'zh-CN': ['错误码与原因标识', '原因', '处理方法', '企业微信 errcode'],
};

/** All failures of a sign-in in one language of the manual. */
export function errorTable(language: Language): string {
  const rows = Object.entries<FailureInfo>(FAILURES).map(([reason, { code, cause, remedy, errcodes = [] }]) => [
    `\`${code}\`<br>[${reason}](${errorPageLink(reason, code, language)})`,
    translate(cause, language),
    translate(remedy, language),
    errcodes.join(', '),
  ]);
  return table(HEAD[language], rows);
}

if (require.main === module) {
  writeParts(ERROR_TABLE, errorTable);
  writeErrorPages();
}
