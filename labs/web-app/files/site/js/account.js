// Who is riding: the user pool, as amazon-cognito-identity-js knows it, and what the account pages share.
(function () {
  "use strict";
  const settings = window._config.cognito;
  const configured = Boolean(settings.userPoolId && settings.userPoolClientId && settings.region);
  const pool =
    configured &&
    new AmazonCognitoIdentity.CognitoUserPool({
      UserPoolId: settings.userPoolId,
      ClientId: settings.userPoolClientId,
      endpoint: settings.endpoint || undefined,
    });

  const user = (email) => new AmazonCognitoIdentity.CognitoUser({ Username: email, Pool: pool });
  const promise = (start) => new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))));

  const account = {
    configured,
    register: (email, password) => {
      const attribute = new AmazonCognitoIdentity.CognitoUserAttribute({ Name: "email", Value: email });
      return promise((done) => pool.signUp(email, password, [attribute], null, done));
    },
    verify: (email, code) => promise((done) => user(email).confirmRegistration(code, true, done)),
    resend: (email) => promise((done) => user(email).resendConfirmationCode(done)),
    signIn: (email, password) =>
      new Promise((resolve, reject) =>
        user(email).authenticateUser(
          new AmazonCognitoIdentity.AuthenticationDetails({ Username: email, Password: password }),
          { onSuccess: resolve, onFailure: reject, newPasswordRequired: () => reject(new Error("Your password must be changed first.")) },
        ),
      ),
    // The signed-in rider: { name, token }, or null. A token that has run out is renewed on the way.
    current: async () => {
      const rider = configured && pool.getCurrentUser();
      if (!rider) return null;
      try {
        const session = await promise((done) => rider.getSession(done));
        const claims = session.getIdToken().decodePayload();
        return { name: claims.email || claims["cognito:username"], token: session.getIdToken().getJwtToken() };
      } catch {
        return null;
      }
    },
    signOut: () => configured && pool.getCurrentUser() && pool.getCurrentUser().signOut(),
    // An account page: `submit` gets the fields by id and returns a promise; its error is told below the fields.
    page: (submit) => {
      const form = document.getElementById("form");
      const message = document.getElementById("message");
      const button = form.querySelector("button[type=submit]");
      const email = document.getElementById("email");
      email.value = new URLSearchParams(location.search).get("email") || "";
      document.getElementById("unconfigured").hidden = configured;
      button.disabled = !configured;
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (!form.reportValidity()) return;
        message.textContent = "";
        button.disabled = true;
        try {
          await submit((id) => document.getElementById(id).value.trim(), message);
        } catch (error) {
          message.textContent = error.message || String(error);
        }
        button.disabled = false;
      });
    },
  };
  window.account = account;
})();
