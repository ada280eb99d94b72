import { WechatWorkOutlined } from '@ant-design/icons';
import type { Application } from '@nocobase/client-v2';
import { Button, Space } from 'antd';
import { useEffect, useState, type MouseEvent } from 'react';
import { useLocation } from 'react-router-dom';
import { startOnButton } from '../../client-core/automatic';
import { doorUrl } from '../../client-core/door';
import { failureIn } from '../../client-core/failure';
import type { PublicAuthenticator } from '../../client-core/host';
import type { Lane } from '../../client-core/lane';
import { setMark } from '../../client-core/marks';
import { askedPage, landing } from '../../client-core/target';
import { translator } from '../translate';
import { FailureNotice } from './FailureNotice';

/** After this time without leaving, the button can be used again. */
const BUSY_MS = 15_000;

interface Props {
  app: Application;
  lane: Lane;
  authenticator: PublicAuthenticator;
}

/** What an authenticator of this plugin shows on the sign-in page: what went wrong last, if anything, and the button. */
export function WeComSignIn({ app, lane, authenticator }: Props) {
  const t = translator(app);
  const { search } = useLocation();
  const [busy, setBusy] = useBusy();
  const redirect = askedPage(lane);
  const failure = failureIn(search);
  const signedIn = Boolean(app.apiClient.auth.token);

  useEffect(() => {
    startOnButton(lane, authenticator);
  }, [lane, authenticator]);

  const onClick = (event: MouseEvent) => {
    if (!event.metaKey && !event.ctrlKey && !event.shiftKey) {
      setMark(app, lane.browser, 'started');
      setBusy(true);
    }
  };

  return (
    <Space direction="vertical" style={{ display: 'flex' }}>
      {failure?.authenticator === authenticator.name && (
        <FailureNotice app={app} failure={failure} continueTo={signedIn ? landing(lane, redirect).url : undefined} />
      )}
      <Button
        block
        href={doorUrl(app, authenticator.name, { redirect })}
        icon={<WechatWorkOutlined aria-hidden />}
        loading={busy}
        onClick={onClick}
      >
        {t(authenticator.title || 'Sign in with WeCom')}
      </Button>
    </Space>
  );
}

/** Busy from the click until the page is left. Back brings the page out of the browser's cache: then it is not busy. */
function useBusy(): [boolean, (busy: boolean) => void] {
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const rest = () => setBusy(false);
    window.addEventListener('pageshow', rest);
    const timer = busy ? window.setTimeout(rest, BUSY_MS) : undefined;
    return () => {
      window.removeEventListener('pageshow', rest);
      window.clearTimeout(timer);
    };
  }, [busy]);
  return [busy, setBusy];
}
