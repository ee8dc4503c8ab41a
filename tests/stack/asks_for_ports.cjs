// Asks for ports, as the Firebase CLI does when functions start: those of one argument (8081,8081,…) all
// at once, one argument after another. Prints what it was given, as JSON.
const { getPortPromise } = require("portfinder");

(async () => {
  const given = [];
  for (const round of process.argv.slice(2)) {
    given.push(...(await Promise.all(round.split(",").map((port) => getPortPromise({ port: Number(port) })))));
  }
  console.log(JSON.stringify(given));
})();
