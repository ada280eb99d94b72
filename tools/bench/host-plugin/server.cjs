/**
 * What the benchmark needs inside the host: auth types that know their user already, and what the process has used so
 * far (database queries, processor time). Plain JavaScript, because the host loads it as it is.
 */
const { randomUUID } = require('node:crypto');
const { BaseAuth } = require('@nocobase/auth');
const { Plugin } = require('@nocobase/server');
const { serverRequest } = require('@nocobase/utils');

/** The least that a sign-in through the host can cost: `validate()` loads the user of the id in the body. */
class FloorAuth extends BaseAuth {
  constructor(config) {
    super({ ...config, userCollection: config.ctx.db.getCollection('users') });
  }

  async validate() {
    return this.userRepository.findOne({ filterByTk: this.ctx.action.params.values.userId });
  }
}

/** The floor, and the two things that no sign-in with WeCom can do without: a durable row, and an HTTP call. */
class RowAndCallAuth extends FloorAuth {
  async validate() {
    const { call } = this.ctx.action.params.values;
    const bare = { hooks: false, validate: false, returning: false };
    await this.ctx.db.getModel('wecomClaims').create({ key: randomUUID(), expiresAt: Date.now() }, bare);
    await serverRequest({ url: call, responseType: 'text' });
    return super.validate();
  }
}

class PluginBenchServer extends Plugin {
  async load() {
    this.app.authManager.registerTypes('Floor', { auth: FloorAuth, title: 'Floor' });
    this.app.authManager.registerTypes('RowAndCall', { auth: RowAndCallAuth, title: 'Row and call' });

    let queries = 0;
    this.db.sequelize.addHook('beforeQuery', () => {
      queries += 1;
    });
    // In front of everything, so that asking costs no query.
    this.app.use(
      async (ctx, next) => {
        if (ctx.path !== '/api/bench/usage') return next();
        const { user, system } = process.cpuUsage();
        ctx.body = { queries, processorTime: (user + system) / 1000 };
      },
      { tag: 'benchUsage', before: 'logger' },
    );
  }
}

module.exports = Object.assign(PluginBenchServer, { FloorAuth });
