import type { ApiCall } from './call';

/** `getcallbackip`: addresses that WeCom calls from; invented here. */
export const getCallbackIp: ApiCall = {
  method: 'GET',
  defaults: { ip_list: [] },
  answer: () => ({ ip_list: ['198.51.100.11', '198.51.100.12'] }),
};

/** `get_api_domain_ip`: addresses of the API hosts; invented here. */
export const getApiDomainIp: ApiCall = {
  method: 'GET',
  defaults: { ip_list: [] },
  answer: () => ({ ip_list: ['198.51.100.21', '198.51.100.22'] }),
};
