import { Typography } from 'antd';
import { hasVariables, homepageLink, originForLinks, pageLinks } from '../../client-core/links';
import type { Lane } from '../../client-core/lane';
import type { Translate } from '../translate';
import { CopyLine } from './CopyLine';

interface Props {
  lane: Lane;
  t: Translate;
  origin: string | undefined;
  authenticator: string | undefined;
  autoLogin: boolean;
}

/** The links that the administrator copies into the WeCom console. They follow what is being entered. */
export function WorkbenchLinks({ lane, t, origin: entered, authenticator, autoLogin }: Props) {
  const origin = originForLinks(lane, entered);
  const pages = pageLinks(lane, origin);
  return (
    <>
      <CopyLine text={homepageLink(lane, origin, authenticator ?? '')} t={t} />
      <Typography.Paragraph type="secondary">
        {t('Paste it in the WeCom console → App Management → your app → Workbench application homepage.')}
      </Typography.Paragraph>
      {entered && hasVariables(entered) && (
        <Typography.Paragraph type="warning">
          {t('Origin is a variable, so the links show the address of this page. Replace it if it is another one.')}
        </Typography.Paragraph>
      )}
      {autoLogin && (
        <>
          <Typography.Paragraph style={{ marginBottom: 4 }}>
            {t('With automatic login, the homepage can also be the page itself, one for computers and one for phones:')}
          </Typography.Paragraph>
          {[...pages.classic, ...pages.modern].map((link) => (
            <CopyLine key={link} text={link} t={t} />
          ))}
        </>
      )}
    </>
  );
}
