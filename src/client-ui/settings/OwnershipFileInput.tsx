import { FileTextOutlined, InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Flex, Input, Tag, Typography, Upload } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import type { HostApp } from '../../client-core/host';
import { lookForOwnershipFile, ownershipFileUrl, proxyLines, type Reach } from '../../client-core/ownership';
import {
  MAX_OWNERSHIP_FILE_BYTES,
  ownershipFileOf,
  ownershipFileProblem,
  separateLineBreak,
  type OwnershipFile,
  type OwnershipFileProblem,
} from '../../shared/ownership-file';
import { copyable } from '../copyable';
import type { Translate } from '../translate';

interface Props {
  app: HostApp;
  t: Translate;
  /** Label of the setting. */
  label: string;
  /** Where browsers reach NocoBase. */
  origin: string;
  value?: OwnershipFile | null;
  onChange?: (value: OwnershipFile | undefined) => void;
}

/** Reads the bytes as they are: decoding them as UTF-8 would lose a byte order mark. */
async function readFile(file: File): Promise<unknown> {
  const bytes = file.size > MAX_OWNERSHIP_FILE_BYTES ? [] : new Uint8Array(await file.arrayBuffer());
  return separateLineBreak({ name: file.name, content: String.fromCharCode(...bytes) });
}

/** Takes the file by which WeCom checks the domain, and shows whether WeCom will find it. */
export function OwnershipFileInput({ app, t, label, origin, value, onChange }: Props) {
  const [byHand, setByHand] = useState(false);
  const [refused, setRefused] = useState<OwnershipFileProblem>();
  const problem = refused ?? (value ? ownershipFileProblem(value) : undefined);

  const take = async (dropped: File) => {
    const file = await readFile(dropped);
    setRefused(ownershipFileProblem(file));
    const taken = ownershipFileOf(file);
    if (taken) onChange?.(taken);
  };
  const type = (change: Partial<OwnershipFile>) => {
    const file = { name: value?.name ?? '', content: value?.content ?? '', ...change };
    onChange?.(file.name || file.content ? file : undefined);
  };
  const remove = () => {
    setByHand(false);
    setRefused(undefined);
    onChange?.(undefined);
  };
  const removeButton = (
    <Button size="small" onClick={remove}>
      {t('Remove')}
    </Button>
  );

  return (
    <Flex vertical gap={8}>
      {byHand ? (
        <Flex gap={8} align="center">
          <Input
            aria-label={t('File name')}
            placeholder="WW_verify_7rG3kjVbXHngiald.txt"
            value={value?.name}
            onChange={(event) => type({ name: event.target.value.trim() })}
          />
          <Input
            aria-label={t('Content')}
            placeholder={t('Content')}
            value={value?.content}
            onChange={(event) => type({ content: event.target.value.trim() })}
          />
          {removeButton}
        </Flex>
      ) : value ? (
        <Flex gap={8} align="center" wrap="wrap">
          <FileTextOutlined />
          <Typography.Text code>{value.name}</Typography.Text>
          <Typography.Text type="secondary">{value.content}</Typography.Text>
          {removeButton}
        </Flex>
      ) : (
        <>
          <DropArea t={t} onFile={take} />
          <Typography.Link
            onClick={() => {
              setRefused(undefined);
              setByHand(true);
            }}
          >
            {t('Enter name and content instead')}
          </Typography.Link>
        </>
      )}
      {problem && (
        <Typography.Text type="danger" role="alert">
          {t(problem, { field: label })}
        </Typography.Text>
      )}
      {value && !problem && <Served app={app} t={t} origin={origin} file={value} saved={!byHand} />}
    </Flex>
  );
}

function DropArea({ t, onFile }: { t: Translate; onFile: (file: File) => void }) {
  return (
    <Upload.Dragger
      accept=".txt"
      showUploadList={false}
      beforeUpload={(file) => {
        onFile(file);
        return false;
      }}
      onDrop={({ dataTransfer }) => {
        // The component passes on only what it accepts.
        const [file] = dataTransfer.files;
        if (file && !file.name.endsWith('.txt')) onFile(file);
      }}
    >
      <InboxOutlined /> {t('Drop the file WW_verify_….txt here, or click to choose it')}
    </Upload.Dragger>
  );
}

/** Time in which an address that is being typed changes again, in milliseconds. */
const TYPING_MS = 500;

function Served({ app, t, origin, file, saved }: Omit<Props, 'label'> & { file: OwnershipFile; saved: boolean }) {
  const [attempt, setAttempt] = useState(0);
  const url = ownershipFileUrl(origin, file.name);
  return (
    <>
      <Typography.Link href={url} target="_blank" style={{ wordBreak: 'break-all' }}>
        {url}
      </Typography.Link>
      {saved ? (
        <Found key={[url, file.content, attempt].join()} app={app} t={t} origin={origin} file={file}>
          <Button size="small" type="link" onClick={() => setAttempt(attempt + 1)}>
            {t('Check again')}
          </Button>
        </Found>
      ) : (
        <Typography.Text type="secondary">{t(NOT_SERVED)}</Typography.Text>
      )}
    </>
  );
}

const NOT_SERVED = 'Served here once these settings are submitted and the authenticator is enabled.';

interface FoundProps extends Pick<Props, 'app' | 't' | 'origin'> {
  file: OwnershipFile;
  /** How to look again. */
  children: ReactNode;
}

/** Looks once, and says what there is. */
function Found({ app, t, origin, file, children }: FoundProps) {
  const [reach, setReach] = useState<Reach>();
  const { name, content, lineBreak } = file;
  useEffect(() => {
    let shown = true;
    const timer = setTimeout(async () => {
      const found = await lookForOwnershipFile(window.fetch.bind(window), app, origin, { name, content, lineBreak });
      if (shown) setReach(found);
    }, TYPING_MS);
    return () => {
      shown = false;
      clearTimeout(timer);
    };
  }, [app, origin, name, content, lineBreak]);

  switch (reach) {
    case undefined:
      return <Typography.Text type="secondary">{t('Checking whether the file can be reached…')}</Typography.Text>;
    case 'served':
      return (
        <div>
          <Tag color="success">{t('Reachable')}</Tag>
          {t('WeCom can check the domain now.')} {children}
        </div>
      );
    case 'notServed':
      return (
        <div>
          <Tag>{t('Not served yet')}</Tag>
          {t(NOT_SERVED)} {children}
        </div>
      );
    case 'unreachable':
      return (
        <Alert
          type="warning"
          message={
            <>
              {t(
                'NocoBase serves the file, but this browser cannot reach the address. Check the Origin, and the DNS record and the certificate of the domain.',
              )}{' '}
              {children}
            </>
          }
        />
      );
    case 'answeredElsewhere':
      return (
        <Alert
          type="warning"
          message={
            <>
              {t(
                'NocoBase serves the file, but something else answers at this address, usually a proxy that serves the root of the domain itself. For nginx, add these lines to the server block of the domain, with the address that its other proxy_pass lines have, and reload nginx.',
              )}
              <pre style={{ margin: '8px 0' }}>{proxyLines(app)}</pre>
              <Typography.Text copyable={copyable(proxyLines(app), t)} /> {children}
            </>
          }
        />
      );
  }
}
