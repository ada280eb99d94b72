import { Plugin } from '@nocobase/client';

export default class extends Plugin {}
