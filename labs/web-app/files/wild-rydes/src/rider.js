// Who is riding: the user pool, as Amplify knows it from aws-exports.js.
import { ref } from "vue";
import awsExports from "./aws-exports.js";
import config from "./config.js";

const { Amplify } = window.aws_amplify_core;
const { Auth } = window.aws_amplify_auth;

export const configured = Boolean(awsExports.aws_user_pools_id && awsExports.aws_user_pools_web_client_id);
Amplify.configure({ ...awsExports, Auth: { endpoint: config.auth?.endpoint || undefined } });

// The signed-in rider's address, for the bar at the top; empty when nobody is.
export const name = ref("");

// The signed-in rider: { name, token }, or null. A token that has run out is renewed on the way.
export async function current() {
  try {
    const token = (await Auth.currentSession()).getIdToken();
    const claims = token.decodePayload();
    name.value = claims.email || claims["cognito:username"];
    return { name: name.value, token: token.getJwtToken() };
  } catch {
    name.value = "";
    return null;
  }
}

export const register = (email, password) => Auth.signUp({ username: email, password, attributes: { email } });
export const verify = (email, code) => Auth.confirmSignUp(email, code);
export const resend = (email) => Auth.resendSignUp(email);
export const signIn = (email, password) => Auth.signIn(email, password);
export const forget = (email) => Auth.forgotPassword(email);
export const renew = (email, code, password) => Auth.forgotPasswordSubmit(email, code, password);

export async function signOut() {
  await Auth.signOut();
  name.value = "";
}
