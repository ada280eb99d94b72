import {
  MAX_OWNERSHIP_FILE_BYTES,
  ownershipFileOf,
  ownershipFileProblem,
  ownershipFileText,
  separateLineBreak,
  type OwnershipFile,
} from '../ownership-file';

const name = 'WW_verify_7rG3kjVbXHngiald.txt';
const content = '7rG3kjVbXHngiald';

describe('a file as WeCom makes it', () => {
  it.each([
    content,
    `${content}\n`,
    `${content}\r\n`,
    'x',
    'two words: a_b-c.d/e=+',
    'y'.repeat(128),
    `${'y'.repeat(128)}\r\n`,
  ])('%j survives forms that trim, byte for byte', (text) => {
    const file = separateLineBreak({ name, content: text }) as OwnershipFile;
    expect(ownershipFileProblem(file)).toBeUndefined();
    expect(ownershipFileOf(file)).toEqual(file);
    expect(file.content).toBe(file.content.trim());
    expect(ownershipFileText(file)).toBe(text);
    expect(separateLineBreak(file)).toEqual(file);
    expect(text.length).toBeLessThanOrEqual(MAX_OWNERSHIP_FILE_BYTES);
  });
});

it.each([undefined, null, 5, 'x\n', [], {}, { content: 5 }, { content: 'x', lineBreak: 'LF' }])(
  'there is no line break to separate in %j',
  (value) => {
    expect(separateLineBreak(value)).toBe(value);
  },
);

describe('anything else', () => {
  const wrongType = 'must consist of a name and a content';
  const wrongName = 'the name has to be as WeCom gave it';
  const wrongContent = 'the content has to be one short line';

  it.each([
    true,
    5,
    name,
    [name, content],
    {},
    { name },
    { content },
    { name, content: null },
    { name, content: 5 },
    { name, content: [content] },
    { name: [name], content },
    { name: null, content },
    { name, content, lineBreak: 'CR' },
    { name, content, lineBreak: '\n' },
    { name, content, lineBreak: null },
    { name, content, more: 'x'.repeat(100_000) },
  ])('is no file: %.60j', (value) => {
    expect(ownershipFileProblem(value)).toContain(wrongType);
    expect(ownershipFileOf(value)).toBeUndefined();
  });

  it.each([
    '',
    'WW_verify_.txt',
    'WW_verify_7rG3kjVbXHngial.txt',
    'WW_verify_7rG3kjVbXHngiald1.txt',
    'WW_verify_7rG3kjVbXHngiald',
    'WW_verify_7rG3kjVbXHngiald.html',
    'WW_verify_7rG3kjVbXHngiald.txt.html',
    'ww_verify_7rG3kjVbXHngiald.txt',
    '/WW_verify_7rG3kjVbXHngiald.txt',
    '../WW_verify_7rG3kjVbXHngiald.txt',
    'a/WW_verify_7rG3kjVbXHngiald.txt',
    'WW_verify_../../etc/passwd.txt',
    'WW_verify_7rG3kjVb/Hngiald.txt',
    'WW_verify_7rG3kjVb\\Hngiald.txt',
    'WW_verify_7rG3kjVb.Hngiald.txt',
    'WW_verify_7rG3kjVbXHngial%64.txt',
    'WW_verify_７rG3kjVbXHngiald.txt',
    'WW_verify_7rG3kjVbXHngiald.txt\n',
    ' WW_verify_7rG3kjVbXHngiald.txt',
    'WW_verify_7rG3kjVbXHngiald.txt\0',
    `WW_verify_${'a'.repeat(100_000)}.txt`,
    'index.html',
    '__proto__',
  ])('has another name: %.60j', (wrong) => {
    expect(ownershipFileProblem({ name: wrong, content })).toContain(wrongName);
  });

  it.each([
    '',
    '\n',
    ' x',
    'x ',
    'x\ny',
    'x\n\n',
    `${content}\n`,
    'x\r',
    '\ufeff7rG3kjVbXHngiald',
    '\u00ef\u00bb\u00bf7rG3kjVbXHngiald',
    '\0',
    'x\0',
    'x\ty',
    '校验',
    '\u0089PNG\r\n\u001a\n',
    '<script>alert(1)</script>',
    '<!doctype html>',
    'a>b',
    '{{$env.SECRET}}',
    'y'.repeat(129),
    'y'.repeat(100_000),
  ])('holds something else: %.60j', (wrong) => {
    expect(ownershipFileProblem({ name, content: wrong })).toContain(wrongContent);
  });
});
