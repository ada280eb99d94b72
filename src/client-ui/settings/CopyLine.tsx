import { Typography } from 'antd';
import { copyable } from '../copyable';
import type { Translate } from '../translate';

/** A value that is to be pasted elsewhere, with a button that copies it. */
export function CopyLine({ text, t }: { text: string; t: Translate }) {
  return (
    <Typography.Paragraph style={{ marginBottom: 4, wordBreak: 'break-all' }} copyable={copyable(text, t)}>
      <Typography.Text code>{text}</Typography.Text>
    </Typography.Paragraph>
  );
}
