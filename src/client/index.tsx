export { PluginAuthWeComClient as default, PluginAuthWeComClient } from './plugin';
