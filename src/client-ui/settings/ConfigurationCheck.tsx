import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  ExclamationCircleFilled,
  EyeFilled,
  LoadingOutlined,
  QuestionCircleFilled,
} from '@ant-design/icons';
import { Alert, Button, Modal, theme, Typography } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import {
  checkConfiguration,
  setHomepage,
  type CheckedForm,
  type CheckOutcome,
} from '../../client-core/configuration-check';
import type { HostApp } from '../../client-core/host';
import {
  CHECKS,
  findingOf,
  type CheckName,
  type CheckResult,
  type CheckState,
  type HomepageChange,
} from '../../shared/checks';
import type { Translate } from '../translate';
import { CopyLine } from './CopyLine';

interface Props {
  app: HostApp;
  t: Translate;
  /** What is in the form, saved or not. */
  readForm(): CheckedForm;
}

type Outcomes = Partial<Record<CheckName, CheckOutcome>>;

/** "Check configuration": what is wrong with the settings and in the WeCom console, and what to do about it. */
export default function ConfigurationCheck({ app, t, readForm }: Props) {
  const [outcomes, setOutcomes] = useState<Outcomes>({});
  const [running, setRunning] = useState(false);
  const current = useRef<AbortController>();
  // Closing the drawer stops the check.
  useEffect(() => () => current.current?.abort(), []);

  const check = async () => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    setRunning(true);
    await checkConfiguration(
      app,
      readForm(),
      (name, outcome) => setOutcomes((before) => ({ ...before, [name]: outcome })),
      controller.signal,
    );
    if (!controller.signal.aborted) setRunning(false);
  };

  const names = (Object.keys(CHECKS) as CheckName[]).filter((name) => outcomes[name]);
  return (
    <section aria-label={t('Check configuration')} style={{ marginBottom: 24 }}>
      <Button onClick={() => void check()} loading={running}>
        {names.length > 0 && !running ? t('Check again') : t('Check configuration')}
      </Button>
      <Typography.Paragraph type="secondary" style={{ margin: '4px 0 8px' }}>
        {t('Checks what is entered here, saved or not, against WeCom and the WeCom console.')}
      </Typography.Paragraph>
      {names.length > 0 && <Summary outcomes={outcomes} running={running} t={t} />}
      {names.map((name) => (
        <CheckRow key={name} name={name} outcome={outcomes[name] as CheckOutcome} t={t}>
          {(change) => <SetHomepage app={app} t={t} readForm={readForm} change={change} onSet={() => void check()} />}
        </CheckRow>
      ))}
    </section>
  );
}

function stateOf(outcome: CheckOutcome | undefined): CheckState | undefined {
  if (outcome?.kind === 'result') return outcome.result.state;
  return outcome?.kind === 'refused' ? outcome.state : undefined;
}

function Summary({ outcomes, running, t }: { outcomes: Outcomes; running: boolean; t: Translate }) {
  const states = Object.values(outcomes).map(stateOf);
  const count = (state: CheckState) => states.filter((each) => each === state).length;
  const [wrong, unknown] = [count('wrong'), count('unknown')];
  const words = running
    ? t('Checking…')
    : wrong > 0
      ? t('To be mended: {{count}}. Begin with the first one.', { count: String(wrong) })
      : unknown > 0
        ? t('Nothing wrong was found, but not everything could be checked.')
        : t('Nothing wrong was found.');
  const type = running ? 'info' : wrong > 0 ? 'error' : unknown > 0 ? 'warning' : 'success';
  return <Alert role="status" type={type} message={words} style={{ marginBottom: 8 }} />;
}

/** How a state looks; its word stands beside the icon, for those who do not see colours. */
function useLook(outcome: CheckOutcome, t: Translate): { icon: ReactNode; word: string; color: string } {
  const { token } = theme.useToken();
  const looks: Record<CheckState | 'waiting' | 'running', { icon: ReactNode; word: string; color: string }> = {
    fine: { icon: <CheckCircleFilled />, word: t('Fine'), color: token.colorSuccess },
    attention: { icon: <ExclamationCircleFilled />, word: t('Take note'), color: token.colorWarning },
    wrong: { icon: <CloseCircleFilled />, word: t('Wrong'), color: token.colorError },
    unknown: { icon: <QuestionCircleFilled />, word: t('Cannot tell'), color: token.colorTextTertiary },
    byHand: { icon: <EyeFilled />, word: t('Check by hand'), color: token.colorInfo },
    waiting: { icon: <ClockCircleOutlined />, word: t('Waiting'), color: token.colorTextTertiary },
    running: { icon: <LoadingOutlined />, word: t('Checking…'), color: token.colorInfo },
  };
  return looks[stateOf(outcome) ?? (outcome.kind === 'running' ? 'running' : 'waiting')];
}

interface RowProps {
  name: CheckName;
  outcome: CheckOutcome;
  t: Translate;
  /** What to show for a homepage that can be set from here. */
  children(change: HomepageChange): ReactNode;
}

function CheckRow({ name, outcome, t, children }: RowProps) {
  const { token } = theme.useToken();
  const { icon, word, color } = useLook(outcome, t);
  return (
    <div
      data-check={name}
      data-state={stateOf(outcome) ?? outcome.kind}
      style={{ display: 'flex', gap: 8, padding: '8px 0', borderTop: `1px solid ${token.colorSplit}` }}
    >
      <span aria-hidden style={{ color, fontSize: 16, lineHeight: '22px' }}>
        {icon}
      </span>
      <div style={{ flex: 1, minWidth: 0 }}>
        <div style={{ display: 'flex', flexWrap: 'wrap', columnGap: 8 }}>
          <Typography.Text strong>{t(CHECKS[name].title)}</Typography.Text>
          <Typography.Text style={{ color }}>{word}</Typography.Text>
        </div>
        {outcome.kind === 'result' && <ResultText result={outcome.result} t={t} />}
        {outcome.kind === 'result' && outcome.result.change && children(outcome.result.change)}
        {outcome.kind === 'refused' && (
          <div>{outcome.words ?? t('NocoBase did not answer in time. Please check again.')}</div>
        )}
      </div>
    </div>
  );
}

function ResultText({ result, t }: { result: CheckResult; t: Translate }) {
  const finding = findingOf(result);
  if (!finding) {
    return null;
  }
  const { values, copy, repeatedAfter } = result;
  return (
    <>
      <div style={{ overflowWrap: 'anywhere' }}>{t(finding.message, values)}</div>
      {repeatedAfter !== undefined && (
        <Typography.Paragraph type="secondary" style={{ margin: 0 }}>
          {t(
            'WeCom gave this answer {{seconds}} s ago. It is asked again a minute later, because it blocks servers that repeat a wrong Secret.',
            { seconds: String(repeatedAfter) },
          )}
        </Typography.Paragraph>
      )}
      {finding.remedy && <div>{t(finding.remedy, values)}</div>}
      {copy && <CopyLine text={copy} t={t} />}
      {finding.place && (
        <Typography.Paragraph type="secondary" style={{ margin: 0 }}>
          {t(finding.place.path)}{' '}
          <Typography.Link href={finding.place.url} target="_blank" rel="noreferrer">
            {t('Open the WeCom console')}
          </Typography.Link>
        </Typography.Paragraph>
      )}
    </>
  );
}

/** Sets the homepage in WeCom, after the administrator has seen what it is and what it becomes. */
function SetHomepage({ app, t, readForm, change, onSet }: Props & { change: HomepageChange; onSet(): void }) {
  const [asked, setAsked] = useState(false);
  const [setting, setSetting] = useState(false);
  const [failure, setFailure] = useState<string>();
  const set = async () => {
    setSetting(true);
    const failed = await setHomepage(app, readForm(), change);
    setSetting(false);
    setAsked(false);
    if (failed) setFailure(failed.words ?? t('NocoBase did not answer in time. Please check again.'));
    else onSet();
  };
  return (
    <>
      <Button size="small" onClick={() => setAsked(true)} style={{ marginTop: 4 }}>
        {t('Set it for me')}
      </Button>
      {failure && <Alert type="error" message={failure} style={{ marginTop: 4 }} />}
      <Modal
        open={asked}
        title={t('Set the homepage of the app in WeCom?')}
        okText={t('Set it')}
        cancelText={t('Leave it')}
        confirmLoading={setting}
        onOk={() => void set()}
        onCancel={() => setAsked(false)}
      >
        <Address label={t('Now')} address={change.from || '–'} />
        <Address label={t('From now on')} address={change.to} />
      </Modal>
    </>
  );
}

function Address({ label, address }: { label: string; address: string }) {
  return (
    <div style={{ marginBottom: 8 }}>
      <Typography.Text type="secondary">{label}</Typography.Text>
      <div style={{ wordBreak: 'break-all' }}>
        <Typography.Text code>{address}</Typography.Text>
      </div>
    </div>
  );
}
