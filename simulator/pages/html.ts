import { createHash } from 'node:crypto';
import { TEXTS, type Lang } from './texts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe for element content and quoted attributes. */
export function esc(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]);
}

const CSS = `
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:#f2f5f9;color:#1f2329;font:15px/1.6 -apple-system,BlinkMacSystemFont,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif}
main{max-width:440px;margin:0 auto;padding:40px 16px}
main.wide{max-width:960px}
.card{background:#fff;border-radius:12px;box-shadow:0 2px 16px rgba(31,35,41,.08);padding:28px 28px 24px;margin-bottom:16px}
.brand{display:flex;align-items:center;gap:8px;font-weight:600;color:#2f7dcd;margin-bottom:20px}
.brand svg{width:24px;height:24px}
h1{font-size:20px;line-height:1.4;margin:0 0 8px}
h2{font-size:16px;margin:0 0 12px}
p{margin:0 0 16px}
.muted{color:#646a73;font-size:13px}
.center{text-align:center}
.qr{display:block;width:196px;height:196px;margin:8px auto 16px;padding:12px;border:1px solid #e4e7ec;border-radius:8px}
.people{list-style:none;margin:0 0 16px;padding:0}
.people button{display:flex;align-items:center;gap:12px;width:100%;padding:10px 12px;border:0;border-radius:8px;background:none;font:inherit;color:inherit;text-align:left;cursor:pointer}
.people button:hover,.people button:focus-visible{background:#eef4fb}
.people b{font-weight:500}
.face{flex:none;display:inline-flex;align-items:center;justify-content:center;width:40px;height:40px;border-radius:8px;color:#fff;font-size:16px}
.face.big{width:64px;height:64px;font-size:26px;border-radius:12px;margin-bottom:8px}
.tag{display:inline-block;margin-left:6px;padding:0 6px;border-radius:4px;background:#f0f1f3;color:#646a73;font-size:12px;line-height:20px}
.actions{display:flex;flex-direction:column;gap:10px;margin-top:20px}
.btn{display:block;width:100%;padding:10px 16px;border:1px solid #d0d5dd;border-radius:8px;background:#fff;color:#1f2329;font:inherit;text-align:center;text-decoration:none;cursor:pointer}
.btn.primary{background:#2f7dcd;border-color:#2f7dcd;color:#fff}
.btn:hover{filter:brightness(.96)}
.btn.small{display:inline-block;width:auto;padding:2px 12px;font-size:13px}
.link{border:0;background:none;padding:0;color:#2f7dcd;font:inherit;font-size:13px;cursor:pointer;text-decoration:none}
.fields{list-style:none;margin:0;padding:0}
.fields label{display:flex;gap:10px;align-items:center;padding:10px 0;border-bottom:1px solid #f0f1f3;cursor:pointer}
.fields input{width:18px;height:18px;accent-color:#2f7dcd}
.icon{width:56px;height:56px;border-radius:50%;margin:0 auto 16px;display:flex;align-items:center;justify-content:center;font-size:28px;color:#fff;background:#f5a623}
.icon.info{background:#2f7dcd}
table{width:100%;border-collapse:collapse;font-size:14px}
th,td{text-align:left;padding:6px 8px;border-bottom:1px solid #f0f1f3;vertical-align:top}
th{color:#646a73;font-weight:500}
.scroll{overflow-x:auto}
form.inline{display:inline}
form.row{display:flex;flex-wrap:wrap;gap:8px;margin-top:12px}
select,input[type=number]{padding:4px 8px;border:1px solid #d0d5dd;border-radius:6px;font:inherit;font-size:14px;background:#fff}
code{font-size:13px}
@media (max-width:480px){main{padding:16px 12px}.card{padding:20px 18px}}
`;

const LOGO =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="#2f7dcd" d="M11 3C5.9 3 2 6.4 2 10.7c0 2.4 1.2 4.5 3.2 5.9L4.6 19.5l3.3-1.7c1 .3 2 .4 3.1.4 5.1 0 9-3.3 9-7.5S16.1 3 11 3z"/><circle cx="19" cy="18" r="3" fill="#3ebd6e"/><circle cx="15" cy="20.5" r="1.8" fill="#f5a623"/></svg>';

/** A whole page with one or more cards. */
export function page(lang: Lang, title: string, cards: string[], wide = false): string {
  const t = TEXTS[lang];
  const body = cards.map((card) => `<section class="card">${card}</section>`).join('\n');
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
<title>${esc(title)}</title><style>${CSS}</style></head>
<body><main${wide ? ' class="wide"' : ''}>
<div class="brand">${LOGO}<span>${esc(t.wecom)}</span></div>
${body}
<p class="muted center">${esc(t.simulated)}</p>
</main></body></html>`;
}

const COLORS = ['#2f7dcd', '#3ebd6e', '#f5a623', '#8b6fd6', '#e0607e', '#2aa5a0'];

/** A square with the first letter of a name, in a colour of its own. */
export function face(name: string, big = false): string {
  const color = COLORS[createHash('sha1').update(name).digest()[0] % COLORS.length];
  return `<span class="face${big ? ' big' : ''}" style="background:${color}" aria-hidden="true">${esc([...name][0] ?? '?')}</span>`;
}

/** A picture that looks like a QR code and says nothing. */
export function fakeQr(seed: string): string {
  const size = 25;
  const bits = createHash('sha512').update(seed).digest();
  const inFinder = (x: number, y: number) => (x < 8 && y < 8) || (x > 16 && y < 8) || (x < 8 && y > 16);
  let path = '';
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const at = (x * 31 + y * 17 + x * y) % (bits.length * 8);
      if (!inFinder(x, y) && (bits[at >> 3] >> (at & 7)) & 1) path += `M${x} ${y}h1v1h-1z`;
    }
  }
  for (const [x, y] of [
    [0, 0],
    [18, 0],
    [0, 18],
  ]) {
    path += `M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5zM${x + 2} ${y + 2}h3v3h-3z`;
  }
  return `<svg class="qr" viewBox="0 0 25 25" role="img" aria-label="QR" data-testid="qr"><path fill="#1f2329" d="${path}"/></svg>`;
}
