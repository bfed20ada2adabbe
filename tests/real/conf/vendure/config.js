// A shop on loopback with one SQLite file, for one test run; port and folder come from the environment.
const path = require("path");
const { DefaultJobQueuePlugin, DefaultSearchPlugin, LogLevel, DefaultLogger, dummyPaymentHandler } = require("@vendure/core");

exports.config = {
  apiOptions: { hostname: "127.0.0.1", port: Number(process.env.SHOP_PORT || 0), adminApiPath: "admin-api", shopApiPath: "shop-api" },
  authOptions: {
    tokenMethod: ["bearer"],
    superadminCredentials: { identifier: "superadmin", password: "superadmin" },
    requireVerification: false,
  },
  dbConnectionOptions: { type: "better-sqlite3", synchronize: true, logging: false, database: path.join(process.env.SHOP_RUN, "shop.sqlite") },
  importExportOptions: { importAssetsDir: process.env.SHOP_RUN },
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  plugins: [DefaultJobQueuePlugin.init({}), DefaultSearchPlugin.init({})],
};
