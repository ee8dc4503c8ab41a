// Subscribes as the Firebase CLI does to a scheduled function's topic, at a server that has one message.
// Prints what it said, and how many streams had been opened for it by then.
const { createRequire } = require("node:module");
const { PubSub } = require("@google-cloud/pubsub");
const { google } = require("@google-cloud/pubsub/build/protos/protos");

const ofGax = createRequire(createRequire(require.resolve("@google-cloud/pubsub")).resolve("google-gax"));
const { Server, ServerCredentials } = ofGax("@grpc/grpc-js");
const { StreamingPullRequest, StreamingPullResponse } = google.pubsub.v1;

const streamingPull = {
  path: "/google.pubsub.v1.Subscriber/StreamingPull",
  requestStream: true,
  responseStream: true,
  requestDeserialize: (bytes) => StreamingPullRequest.decode(bytes),
  requestSerialize: (asked) => StreamingPullRequest.encode(asked).finish(),
  responseDeserialize: (bytes) => StreamingPullResponse.decode(bytes),
  responseSerialize: (told) => StreamingPullResponse.encode(told).finish(),
};
const due = { ackId: "first", message: { messageId: "1", data: Buffer.from("it is due") } };
let opened = 0;

const server = new Server();
server.addService(
  { streamingPull },
  {
    streamingPull: (call) => {
      opened += 1;
      if (opened === 1) call.write({ receivedMessages: [due] });
      call.resume();
    },
  },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => {
  process.env.PUBSUB_EMULATOR_HOST = `127.0.0.1:${port}`;
  new PubSub({ projectId: "demo-streams" }).subscription("schedule").on("message", (message) => {
    console.log(JSON.stringify({ said: message.data.toString(), opened }));
    process.exit(0);
  });
});
