import { Plugin } from '@nocobase/server';

export default class extends Plugin {}
