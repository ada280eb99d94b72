import type { Application } from '@nocobase/client-v2';
import { Alert, Button, Empty, Flex, List, Popconfirm, Spin, Typography } from 'antd';
import { failureOf } from '../../shared/failures';
import type { FailureFacts, RecentFailure } from '../../shared/recent-failure';
import { fieldNamed } from '../../shared/settings-fields';
import { localTime, translator, type Translate } from '../translate';
import { useRecentFailures } from './use-recent-failures';

interface Props {
  app: Application;
  authenticator: string;
}

/** Why members could not sign in lately, and what to do about it, so that nobody has to read logs. */
export default function RecentFailures({ app, authenticator }: Props) {
  const t = translator(app);
  const { failures, trouble, loading, refresh, clear } = useRecentFailures(app, authenticator);
  return (
    <Flex vertical gap={12}>
      <Typography.Text type="secondary">
        {t('Look for the reference number that the sign-in page shows. Failures of one kind are counted together.')}
      </Typography.Text>
      <Flex gap={8}>
        <Button size="small" loading={loading} onClick={refresh}>
          {t('Refresh')}
        </Button>
        <Popconfirm
          title={t('Clear the list for everybody?')}
          okText={t('Clear')}
          cancelText={t('Cancel')}
          onConfirm={clear}
        >
          <Button size="small" danger disabled={!failures?.length}>
            {t('Clear list')}
          </Button>
        </Popconfirm>
      </Flex>
      {trouble && <Alert type="error" showIcon message={t(trouble)} />}
      {failures?.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={t('No failed sign-ins. What goes wrong from now on is listed here.')}
        />
      )}
      {failures && failures.length > 0 && (
        <List
          dataSource={failures}
          rowKey={({ reason, facts }) => [reason, facts.errcode, facts.field].join()}
          renderItem={(failure) => <Failure app={app} failure={failure} />}
        />
      )}
      {!failures && loading && <Spin />}
    </Flex>
  );
}

function Failure({ app, failure }: { app: Application; failure: RecentFailure }) {
  const t = translator(app);
  const { reason, code, count, firstAt, lastAt, references, facts } = failure;
  const known = failureOf(reason);
  const [last, first] = [lastAt, firstAt].map((time) => localTime(app, new Date(time)));
  return (
    <List.Item>
      <Flex vertical gap={4} style={{ overflowWrap: 'anywhere' }}>
        <Flex wrap gap="0 12px" align="baseline">
          <Typography.Text strong>{last}</Typography.Text>
          <Typography.Text code>{code ? `${code} (${reason})` : reason}</Typography.Text>
          {count > 1 && (
            <Typography.Text type="secondary">
              {t('{{number}} times since {{time}}', { number: String(count), time: first })}
            </Typography.Text>
          )}
        </Flex>
        {known && <div>{t(known.cause)}</div>}
        {problemOf(facts, t)}
        {known && <div>{t('What to do: {{remedy}}', { remedy: t(known.remedy) })}</div>}
        <Facts facts={facts} />
        <Typography.Text type="secondary">
          {references.length > 1
            ? t('Latest reference numbers: {{references}}', { references: references.join(', ') })
            : t('Reference number: {{reference}}', { reference: references[0] })}
        </Typography.Text>
      </Flex>
    </List.Item>
  );
}

function problemOf({ field, problem }: FailureFacts, t: Translate) {
  const setting = fieldNamed(field);
  return setting && problem && <div>{t(problem, { field: t(setting.label) })}</div>;
}

/** What WeCom said, in words that its documentation and support use. */
function Facts({ facts }: { facts: FailureFacts }) {
  const { call, detail, errcode, hint, ip } = facts;
  const parts = [
    call,
    detail,
    errcode !== undefined && `errcode ${errcode}`,
    hint && `hint ${hint}`,
    ip && `IP ${ip}`,
  ].filter((part) => typeof part === 'string');
  return (
    parts.length > 0 && <Typography.Text copyable={{ text: parts.join(', ') }}>{parts.join(' · ')}</Typography.Text>
  );
}
