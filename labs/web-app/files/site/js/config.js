// What this site must know. Fill it in as the lab goes on, commit, push.
window._config = {
  cognito: {
    userPoolId: "", // for example "eu-west-1_uXboG5pAb"
    userPoolClientId: "", // for example "25ddkmj4v6hfsfvruhpfi7n4hv"
    region: "", // for example "eu-west-1"
    endpoint: "", // where Cognito answers in this room, for example "http://10.0.0.5:4566"; empty on AWS
  },
  api: {
    invokeUrl: "", // the deployed API with its stage
  },
};
