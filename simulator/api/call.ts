import type { Corp } from '../corps';
import type { App } from '../types';
import type { World } from '../world';

/** A call after the checks that all calls share. */
export interface CallContext {
  world: World;
  query: URLSearchParams;
  body: Record<string, unknown>;
  corp: Corp;
  app: App;
}

export interface ApiCall {
  method: 'GET' | 'POST';
  /** Fields that the answer of this call holds even when it is an error. */
  defaults?: Record<string, unknown>;
  /** What the answer holds besides errcode and errmsg; throws ApiError. */
  answer(context: CallContext): Record<string, unknown>;
}
