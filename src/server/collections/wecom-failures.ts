import { defineCollection } from '@nocobase/database';

/**
 * Failed sign-ins of late, for the list in the settings of an authenticator: one row for failures of one kind. Rows mean
 * nothing to backups and migrations.
 */
export default defineCollection({
  name: 'wecomFailures',
  dumpRules: 'skipped',
  migrationRules: ['schema-only'],
  autoGenId: false,
  timestamps: false,
  createdAt: false,
  updatedAt: false,
  fields: [
    { name: 'key', type: 'string', length: 100, primaryKey: true, allowNull: false },
    { name: 'authenticator', type: 'string', allowNull: false, index: true },
    { name: 'reason', type: 'string', length: 50, allowNull: false },
    { name: 'count', type: 'integer', allowNull: false },
    { name: 'firstAt', type: 'bigInt', allowNull: false },
    { name: 'lastAt', type: 'bigInt', allowNull: false },
    { name: 'references', type: 'json', allowNull: false },
    { name: 'facts', type: 'json', allowNull: false },
  ],
});
