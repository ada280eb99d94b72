import { RESOURCE } from '../../shared/constants';
import { apiPath } from '../api-path';

/**
 * Path by which browsers reach an action of ours. A plain navigation carries no X-App header, so the path names the
 * sub-app.
 *
 * @param appName `main`, or the name of the sub-app
 */
export function actionPath(appName: string, action: string): string {
  return `${apiPath()}${appName === 'main' ? '' : `__app/${appName}/`}${RESOURCE}:${action}`;
}
