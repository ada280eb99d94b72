import { Site } from './site';

/** The sites that parts of the benchmark share; one runs at a time, so that none takes time from another. */
export class Sites {
  private current?: Site;

  async sqlite(): Promise<Site> {
    return this.current?.database === 'SQLite' ? this.current : this.replace(Site.onSqlite);
  }

  /**
   * Runs something on PostgreSQL.
   *
   * @returns undefined when none answers
   */
  async onPostgres<T>(run: (site: Site) => Promise<T>): Promise<T | undefined> {
    const site = this.current?.database === 'PostgreSQL' ? this.current : await this.replace(Site.onPostgres);
    return site && run(site);
  }

  async close(): Promise<void> {
    const { current } = this;
    this.current = undefined;
    await current?.close();
  }

  private async replace<S extends Site | undefined>(start: () => Promise<S>): Promise<S> {
    await this.close();
    const site = await start();
    this.current = site;
    return site;
  }
}
