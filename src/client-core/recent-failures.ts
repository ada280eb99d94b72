import { RESOURCE } from '../shared/constants';
import type { RecentFailure } from '../shared/recent-failure';
import type { HostApp } from './host';

/** Failed sign-ins of late by an authenticator, the last one first. */
export async function recentFailures({ apiClient }: HostApp, authenticator: string): Promise<RecentFailure[]> {
  const url = `${RESOURCE}:failures`;
  const { data } = await apiClient.request({ url, params: { authenticator }, skipNotify: true });
  return (data as { data: RecentFailure[] }).data;
}

/** Empties that list, for everybody. */
export async function clearRecentFailures({ apiClient }: HostApp, authenticator: string): Promise<void> {
  const url = `${RESOURCE}:clearFailures`;
  await apiClient.request({ method: 'post', url, params: { authenticator }, skipNotify: true });
}
