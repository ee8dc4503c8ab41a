/**
 * Gives every request of firebase-tools a connection of its own.
 *
 * Node keeps connections for the next request. The Python process of a function may close one that
 * was idle, and a request that goes out in that moment ends with "socket hang up": firebase-tools logs it
 * and tries no more, so that the event is lost, which no service of Google's would do.
 *
 * `node --require` loads this before the Firebase CLI.
 */
"use strict";

const http = require("node:http");

http.globalAgent = new http.Agent({ keepAlive: false });
