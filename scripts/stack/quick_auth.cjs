/**
 * Lets the Auth emulator start in a second and not in fifteen.
 *
 * It describes its API in OpenAPI, and exegesis, which serves that, makes a validator of every
 * parameter of every call as it starts, each by an Ajv of its own that first compiles the schema of
 * schemas to check the description with. The description is a constant of firebase-tools: it is not
 * checked again here, and a validator is made when its call is first asked for, which is an option of
 * exegesis (lazyCompileValidationSchemas). What is valid in a request stays the same.
 *
 * `node --require` loads this before the Firebase CLI.
 */
"use strict";

const { createRequire } = require("node:module");

const ofTheCli = createRequire(process.argv[1]);
const exegesis = ofTheCli("exegesis");
const { default: Ajv } = createRequire(ofTheCli.resolve("exegesis"))("ajv/dist/core");

const theirs = exegesis.compileApi;
exegesis.compileApi = (description, options, ...rest) =>
  theirs(description, { ...options, lazyCompileValidationSchemas: true }, ...rest);
Ajv.prototype.validateSchema = () => true;
