// Serves a small API described in OpenAPI the way the Auth emulator serves its own, and asks it twice.
// Prints how many validators were made before anybody asked, and what was answered to whom.
const { createServer } = require("node:http");
const { createRequire } = require("node:module");
const { middleware } = require("exegesis-express");

const { default: Ajv } = createRequire(require.resolve("exegesis"))("ajv/dist/core");
const theirs = Ajv.prototype.compile;
let made = 0;
Ajv.prototype.compile = function compile(...given) {
  made += 1;
  return theirs.apply(this, given);
};

const description = {
  openapi: "3.0.0",
  info: { title: "Small", version: "1" },
  paths: {
    "/double": {
      "x-exegesis-controller": "small",
      get: {
        operationId: "double",
        parameters: [{ name: "of", in: "query", required: true, schema: { type: "integer" } }],
        responses: { 200: { description: "Twice as much" } },
      },
    },
  },
};
const controllers = { small: { double: ({ params }) => ({ is: 2 * params.query.of }) } };

(async () => {
  const serve = await middleware(description, { controllers });
  const before = made;
  const server = createServer((request, response) => serve(request, response, () => response.end()));
  await new Promise((started) => server.listen(0, "127.0.0.1", started));
  const ask = async (of) => {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}/double?of=${of}`);
    return [answer.status, await answer.json()];
  };
  console.log(JSON.stringify({ before, right: await ask("21"), wrong: await ask("much") }));
  server.close();
  server.closeAllConnections();
})();
