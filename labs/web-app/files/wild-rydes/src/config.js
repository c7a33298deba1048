// What you fill in by hand. Who the riders are is in aws-exports.js.
export default {
  api: {
    invokeUrl: "", // the deployed API with its stage
  },
  auth: {
    endpoint: "", // where Cognito answers in this room, for example "http://10.0.0.5:4566"; empty on AWS
  },
};
