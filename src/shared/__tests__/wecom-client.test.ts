import { isWeComClient } from '../wecom-client';

test.each([
  // User-Agents of WeCom document 90315.
  [
    true,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 14_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 wxwork/4.0.8 MicroMessenger/7.0.1 Language/zh ColorScheme/Light',
  ],
  [
    true,
    'Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/81.0.4044.138 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x6305002e) wxwork/4.0.8',
  ],
  [true, 'Mozilla/5.0 (Linux; Android 16) Mobile Safari/537.36 wxworklocal/2.5 MicroMessenger/7.0.1'],
  [true, 'Mozilla/5.0 (Linux; Android 16) Mobile Safari/537.36 WXWORK/5.0'],
  // WeChat itself, and ordinary browsers.
  [false, 'Mozilla/5.0 (Linux; Android 16) Mobile Safari/537.36 MicroMessenger/8.0.50'],
  [false, 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36'],
  [false, ''],
  [false, undefined],
])('%s: %s', (expected, userAgent) => {
  expect(isWeComClient(userAgent)).toBe(expected);
});
