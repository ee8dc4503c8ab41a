/**
 * Lets a stack that does nothing rest: each scheduled function has one open stream to Pub/Sub, not five.
 *
 * The CLI subscribes to a topic for every scheduled function, with the five streams that the client
 * library opens for throughput, and the Pub/Sub emulator looks at each of them many times a second:
 * a tenth of a processor for as long as the stack is up. One stream delivers the same messages.
 *
 * `node --require` loads this before the Firebase CLI.
 */
"use strict";

const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");

const pubsub = createRequire(process.argv[1]).resolve("@google-cloud/pubsub");
const { defaultOptions } = require(join(dirname(pubsub), "default-options.js"));

defaultOptions.subscription.maxStreams = 1;
