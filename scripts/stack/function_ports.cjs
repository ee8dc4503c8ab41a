/**
 * Gives the process of every function a port that nobody else will take.
 *
 * firebase-tools draws one of a thousand ports for each process and asks only whether it is free now;
 * the process binds it some moments later. Two that start at once, in one stack or in two, can be given
 * the same, and then one function answers what was asked of another. Here they are dealt one after
 * another out of a block that this stack holds alone (see function_ports.py).
 *
 * `node --require` loads this before the Firebase CLI, for whose portfinder it speaks.
 */
"use strict";

const { createRequire } = require("node:module");
const { createServer } = require("node:net");

const [FIRST, SIZE] = process.env.SPAKTOK_FUNCTION_PORTS.split("+").map(Number);
// Where the CLI begins to look: for a function's process, and for the one that lists all functions.
const ASKED_MIN = 8081;
const ASKED_MAX = 9081;

const portfinder = createRequire(process.argv[1])("portfinder");
const theirs = portfinder.getPortPromise;
let dealt = 0;

portfinder.getPortPromise = async (options = {}) => {
  if (!(options.port >= ASKED_MIN && options.port <= ASKED_MAX)) return theirs(options);
  for (let tried = 0; tried < SIZE; tried += 1) {
    // Dealt before anything is waited for, so that whoever asks meanwhile gets the next.
    const port = FIRST + (dealt++ % SIZE);
    if (await isFree(port)) return port;
  }
  throw new Error(`All ${SIZE} ports from ${FIRST} on are taken.`);
};

function isFree(port) {
  return new Promise((tell) => {
    const probe = createServer();
    probe.once("error", () => tell(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => tell(true)));
  });
}
