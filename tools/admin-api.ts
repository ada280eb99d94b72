/** Calls to a NocoBase as its administrator. */
export class AdminApi {
  private constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  /** @param baseUrl the API with its base path and a trailing slash, for example `http://127.0.0.1:13000/api/` */
  static async signIn(baseUrl: string, credentials: { account: string; password: string }): Promise<AdminApi> {
    const { token } = await call<{ token: string }>(`${baseUrl}auth:signIn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-authenticator': 'basic' },
      body: JSON.stringify(credentials),
    });
    return new AdminApi(baseUrl, token);
  }

  get<T = unknown>(path: string): Promise<T> {
    return call<T>(this.baseUrl + path, { headers: this.headers() });
  }

  post<T = unknown>(path: string, body: FormData | object = {}): Promise<T> {
    const multipart = body instanceof FormData;
    return call<T>(this.baseUrl + path, {
      method: 'POST',
      headers: { ...this.headers(), ...(multipart ? {} : { 'content-type': 'application/json' }) },
      body: multipart ? body : JSON.stringify(body),
    });
  }

  /** Lets people choose the language of NocoBase's pages. A new NocoBase speaks English only. */
  async enableLanguages(languages: string[]): Promise<void> {
    await this.post('systemSettings:put', { enabledLanguages: languages });
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}`, 'x-role': 'root' };
  }
}

async function call<T>(url: string, init: RequestInit): Promise<T> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${url} answered ${answer.status}: ${text.slice(0, 500)}`);
  return (JSON.parse(text) as { data: T }).data;
}
