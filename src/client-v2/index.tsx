export { PluginAuthWeComClientV2 as default, PluginAuthWeComClientV2 } from './plugin';
