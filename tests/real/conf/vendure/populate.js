// Two products, one country, one way to send and one to pay.
const path = require("path");
const { bootstrap, defaultConfig, mergeConfig } = require("@vendure/core");
const { populate } = require("@vendure/core/cli");
const { config } = require("./config");

const shop = {
  defaultLanguage: "en",
  defaultZone: "Europe",
  countries: [{ name: "Spain", code: "ES", zone: "Europe" }],
  taxRates: [{ name: "Standard Tax", percentage: 20 }],
  shippingMethods: [{ name: "Post", price: 500 }],
  paymentMethods: [
    { name: "dummy", handler: { code: "dummy-payment-handler", arguments: [{ name: "automaticSettle", value: "true" }] } },
  ],
  collections: [],
};

populate(() => bootstrap(mergeConfig(defaultConfig, config)), shop, path.join(process.env.SHOP_RUN, "products.csv"))
  .then((app) => app.close())
  .then(() => process.exit(0))
  .catch((error) => { console.error(error); process.exit(1); });
