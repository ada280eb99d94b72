/**
 * What the benchmark needs inside the host: the floor, an auth type that knows its user already, and what the process
 * has used so far (database queries, processor time). Plain JavaScript, because the host loads it as it is.
 */
const { BaseAuth } = require('@nocobase/auth');
const { Plugin } = require('@nocobase/server');

/** The least that a sign-in through the host can cost: `validate()` loads the user of the id in the body. */
class FloorAuth extends BaseAuth {
  constructor(config) {
    super({ ...config, userCollection: config.ctx.db.getCollection('users') });
  }

  async validate() {
    return this.userRepository.findOne({ filterByTk: this.ctx.action.params.values.userId });
  }
}

class PluginBenchServer extends Plugin {
  async load() {
    this.app.authManager.registerTypes('Floor', { auth: FloorAuth, title: 'Floor' });

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
