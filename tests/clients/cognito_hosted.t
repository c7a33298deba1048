#!/usr/bin/env python3
"""The hosted login over plain HTTP: domains, forms without scripts, OAuth 2.0's grants and refusals, resource servers.

What a browser does with the pages is tests/web/login.test.mjs.
"""
import base64
import hashlib
import html
import http.client
import json
import os
import re
import secrets
import sys
import tempfile
from urllib.parse import parse_qs, quote, urlencode, urlsplit

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import Server, Tap, claims
from model import watch

tap = Tap()
fails = tap.fails
PASSWORD, BACK = "Un1corns!fly", "http://127.0.0.1:1/back?from=login"


class Answer:
    def __init__(self, answer):
        self.status, self.headers, self.text = answer.status, answer.headers, answer.read().decode()

    def location(self):
        return self.headers["Location"] or ""

    def back(self):
        """What the application is told in its address."""
        parts = urlsplit(self.location())
        return {k: v[0] for k, v in parse_qs(parts.fragment or parts.query).items()}

    def json(self):
        return json.loads(self.text)

    def problem(self):
        found = re.search(r'role="alert" id="problem">(.*?)</p>', self.text, re.S)
        return html.unescape(found[1]) if found else ""


class Browser:
    """Keeps cookies, and sends forms as they stand on a page."""

    def __init__(self, port, base, host=None):
        self.port, self.base, self.host, self.cookies = port, base, host or "127.0.0.1:%d" % port, {}

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        send = {"Host": self.host, **(headers or {})}
        if self.cookies:
            send["Cookie"] = "; ".join("%s=%s" % pair for pair in self.cookies.items())
        if body is not None:
            send.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.request(method, path, body, send)
        answer = Answer(connection.getresponse())
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        connection.close()
        return answer

    def get(self, path, **more):
        return self.ask("GET", self.base + path, **more)

    def submit(self, page, number=0, **fields):
        form = re.findall(r'<form method="post" action="(.*?)">(.*?)</form>', page.text, re.S)[number]
        values = {html.unescape(n): html.unescape(v) for n, v in
                  re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', form[1])}
        return self.ask("POST", html.unescape(form[0]), urlencode({**values, **fields}))


class World:
    def __init__(self, server):
        self.server, self.complaints = server, []
        self.idp = boto3.client("cognito-idp", endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                                region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
                                config=Config(retries={"total_max_attempts": 1}))
        self.complaints.append(watch(self.idp))
        self.pool = self.idp.create_user_pool(
            PoolName="Wild Rydes", AutoVerifiedAttributes=["email"], EmailConfiguration={
                "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/rides.example"},
            Policies={"PasswordPolicy": {"MinimumLength": 8, "RequireNumbers": True}})["UserPool"]["Id"]
        self.base = "/_aws/cognito/wild-rydes"

    def app(self, **more):
        settings = {"AllowedOAuthFlows": ["code", "implicit"], "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["openid", "email", "profile", "rides/fly"], "CallbackURLs": [BACK],
                    "LogoutURLs": ["http://127.0.0.1:1/bye"], "SupportedIdentityProviders": ["COGNITO"], **more}
        return self.idp.create_user_pool_client(UserPoolId=self.pool, ClientName="web", **settings)["UserPoolClient"]

    def browser(self):
        return Browser(self.server.cloud_port, self.base)

    def code(self, address):
        with open(self.server.log, errors="replace") as log:
            line = [line for line in log if " to %s: " % address in line][-1]
        return re.findall(r"\b\d{6}\b", line)[-1]

    def token(self, **form):
        headers = form.pop("headers", {})
        return Browser(self.server.cloud_port, self.base).ask("POST", self.base + "/oauth2/token", urlencode(form), headers)


def query(client, **more):
    return urlencode({"client_id": client, "response_type": "code", "redirect_uri": BACK, "scope": "openid email rides/fly",
                      "state": "a b&c", **more})


def pkce():
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def domains(w):
    fails("a domain may not claim to be AWS's", "InvalidParameterException", "Domain cannot contain reserved word: cognito",
          lambda: w.idp.create_user_pool_domain(Domain="my-cognito", UserPoolId=w.pool))
    w.idp.create_user_pool_domain(Domain="wild-rydes", UserPoolId=w.pool)
    other = w.idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
    fails("a domain is one pool's", "InvalidParameterException", "Domain already associated with another user pool.",
          lambda: w.idp.create_user_pool_domain(Domain="wild-rydes", UserPoolId=other))
    found = w.idp.describe_user_pool_domain(Domain="wild-rydes")["DomainDescription"]
    tap.ok(found["Status"] == "ACTIVE" and found["UserPoolId"] == w.pool, "it is described", found)
    tap.ok(w.idp.describe_user_pool_domain(Domain="nobody")["DomainDescription"] == {}, "nobody's is described as nothing")
    tap.ok(w.idp.describe_user_pool(UserPoolId=w.pool)["UserPool"]["Domain"] == "wild-rydes", "the pool names it")
    fails("a pool with a domain is not deleted", "InvalidParameterException",
          "User pool cannot be deleted. It has a domain configured that should be deleted first.",
          lambda: w.idp.delete_user_pool(UserPoolId=w.pool))
    known = w.browser().ask("GET", "/%s/.well-known/openid-configuration" % w.pool).json()
    tap.ok(known["token_endpoint"].endswith("/_aws/cognito/wild-rydes/oauth2/token"), "discovery names the endpoints", known)
    w.idp.create_user_pool_domain(Domain="gone", UserPoolId=other)
    w.idp.delete_user_pool_domain(Domain="gone", UserPoolId=other)
    tap.ok(Browser(w.server.cloud_port, "/_aws/cognito/gone").get("/login").status in (400, 404), "a deleted one is not served")


def servers(w):
    w.idp.create_resource_server(UserPoolId=w.pool, Identifier="rides", Name="Rides", Scopes=[
        {"ScopeName": "fly", "ScopeDescription": "Fly"}, {"ScopeName": "walk", "ScopeDescription": "Walk"}])
    tap.ok(w.idp.list_resource_servers(UserPoolId=w.pool, MaxResults=10)["ResourceServers"][0]["Identifier"] == "rides",
           "resource servers are listed")
    fails("a client may have known scopes only", "ScopeDoesNotExistException", "Invalid scope requested: rides/run",
          lambda: w.app(AllowedOAuthScopes=["rides/run"]))
    fails("a client without a secret is no machine", "InvalidOAuthFlowException",
          "client_credentials flow can not be selected if client does not have a client secret.",
          lambda: w.app(AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=["rides/fly"]))
    made = w.idp.create_identity_provider(UserPoolId=w.pool, ProviderName="Google", ProviderType="Google",
                                          ProviderDetails={"client_id": "x", "client_secret": "y", "authorize_scopes": "openid"})
    tap.ok(made["IdentityProvider"]["ProviderName"] == "Google", "identity providers are kept")
    tap.ok([p["ProviderName"] for p in w.idp.list_identity_providers(UserPoolId=w.pool)["Providers"]] == ["Google"], "and listed")


def signing_up(w, client):
    b = w.browser()
    page = b.get("/signup?" + query(client))
    tap.ok(page.status == 200 and "Wild Rydes</title>" in page.text, "anybody may open the page")
    csp = page.headers["Content-Security-Policy"]
    tap.ok("default-src 'none'" in csp and "script-src" not in csp and "form-action 'self' http://127.0.0.1:1;" in csp,
           "pages may run no script", csp)
    cookie = page.headers["Set-Cookie"]
    tap.ok("Path=/_aws/cognito/wild-rydes/; HttpOnly; SameSite=Lax" in cookie, "cookies are the domain's own", cookie)
    weak = b.submit(page, username="ada", password="short", email="ada@rides.example")
    tap.ok(weak.status == 400 and "not long enough" in weak.problem() and 'value="ada@rides.example"' in weak.text,
           "a weak password is refused on the page, which keeps the rest", weak.problem())
    asked = b.submit(weak, username="ada", password=PASSWORD, email="ada@rides.example")
    tap.ok("a***@r***" in asked.text and "Confirm your account" in asked.text, "then a code is asked for")
    wrong = b.submit(asked, code="000000" if w.code("ada@rides.example") != "000000" else "111111", username="ada")
    tap.ok("Invalid verification code" in wrong.problem(), "a wrong code is refused", wrong.problem())
    early = b.submit(b.get("/login?" + query(client)), username="ada", password=PASSWORD)
    tap.ok("Confirm your account" in early.text, "who is not confirmed is asked to before signing in")
    again = b.submit(early, number=1)
    tap.ok("We have sent a code" in again.text, "another code can be had")
    done = b.submit(again, username="ada", code=w.code("ada@rides.example"))
    tap.ok("Your account is confirmed." in done.text, "the right code confirms", done.problem())


def signing_in(w, client):
    b, (verifier, challenge) = w.browser(), pkce()
    asked = query(client, code_challenge=challenge, code_challenge_method="S256", nonce="n-1")
    to = b.get("/oauth2/authorize?" + asked)
    tap.ok(to.status == 302 and to.location().startswith(w.base + "/login?"), "authorize leads to the login page", to.location())
    page = b.ask("GET", to.location())
    wrong = b.submit(page, username="ada", password="wrong")
    tap.ok(wrong.problem() == "Incorrect username or password." and 'value="ada"' in wrong.text, "a wrong password is told")
    stranger = w.browser().submit(wrong, username="ada", password=PASSWORD)
    tap.ok(stranger.status == 403, "a form from somewhere else is refused", stranger.status)
    done = b.submit(wrong, username="ada", password=PASSWORD)
    back = done.back()
    tap.ok(done.status == 302 and done.location().startswith(BACK + "&code=") and back["state"] == "a b&c",
           "the right one leads back with a code and the state", done.location())
    bad = w.token(grant_type="authorization_code", client_id=client, code=back["code"], redirect_uri=BACK)
    tap.ok(bad.status == 400 and bad.json() == {"error": "invalid_grant"}, "a code needs its verifier", bad.text)
    # The session is remembered: no password for the second code.
    again = b.get("/oauth2/authorize?" + asked)
    code = again.back()["code"]
    got = w.token(grant_type="authorization_code", client_id=client, code=code, redirect_uri=BACK, code_verifier=verifier)
    tokens = got.json()
    tap.ok(got.status == 200 and set(tokens) == {"id_token", "access_token", "refresh_token", "expires_in", "token_type"}
           and got.headers["Access-Control-Allow-Origin"] == "*", "the code is exchanged for tokens", tokens)
    found, access = claims(tokens["id_token"]), claims(tokens["access_token"])
    tap.ok(found["nonce"] == "n-1" and found["email"] == "ada@rides.example" and found["aud"] == client, "the id token has the nonce", found)
    tap.ok(access["scope"] == "openid email rides/fly" and access["version"] == 2, "the access token has the scopes", access)
    twice = w.token(grant_type="authorization_code", client_id=client, code=code, redirect_uri=BACK, code_verifier=verifier)
    tap.ok(twice.json() == {"error": "invalid_grant"}, "once")
    told = w.browser().get("/oauth2/userInfo", headers={"Authorization": "Bearer " + tokens["access_token"]})
    tap.ok(told.json() == {"sub": found["sub"], "email": "ada@rides.example", "email_verified": "true", "username": "ada"},
           "userInfo tells what the scopes allow", told.text)
    tap.ok(w.browser().get("/oauth2/userInfo", headers={"Authorization": "Bearer x"}).status == 401, "to who has a token")
    fails("a token without Cognito's own scope does not manage the user", "NotAuthorizedException",
          "Access Token does not have required scopes", lambda: w.idp.get_user(AccessToken=tokens["access_token"]))
    fresh = w.token(grant_type="refresh_token", client_id=client, refresh_token=tokens["refresh_token"]).json()
    tap.ok("refresh_token" not in fresh and claims(fresh["access_token"])["scope"] == "openid email rides/fly",
           "tokens are refreshed with the scopes that they had", fresh)
    gone = w.browser().ask("POST", w.base + "/oauth2/revoke", urlencode({"token": tokens["refresh_token"], "client_id": client}))
    late = w.token(grant_type="refresh_token", client_id=client, refresh_token=tokens["refresh_token"])
    tap.ok(gone.status == 200 and gone.text == "" and late.json() == {"error": "invalid_grant"}, "and revoked", late.text)
    implicit = b.get("/oauth2/authorize?" + query(client, response_type="token"))
    tap.ok(implicit.location().startswith(BACK + "#id_token=") and "access_token" in implicit.back(), "the implicit grant gives tokens at once")
    out = b.get("/logout?" + urlencode({"client_id": client, "logout_uri": "http://127.0.0.1:1/bye"}))
    tap.ok(out.location() == "http://127.0.0.1:1/bye", "signing out leads to the application's page")
    tap.ok("/login?" in b.get("/oauth2/authorize?" + asked).location(), "and then a password is asked for again")
    tap.ok(b.get("/logout?" + urlencode({"client_id": client, "logout_uri": "http://evil/"})).status == 400, "but to no other page")


def refusals(w, client):
    b = w.browser()
    cases = (
        ("an unknown client is told on our page", query("nobody"), "/error?error=invalid_client"),
        ("so is an address that is not the client's", query(client, redirect_uri="http://evil/"), "/error?error=redirect_mismatch"),
        ("the application is told of an unknown response type", query(client, response_type="x"), BACK + "&error=unsupported_response_type&state="),
        ("of a scope that it may not have", query(client, scope="openid phone"), BACK + "&error=invalid_scope&state="),
        ("of a challenge that is no digest", query(client, code_challenge="x", code_challenge_method="plain"), BACK + "&error=invalid_request&state="),
        ("and that nobody has signed in, when nobody may be asked", query(client, prompt="none"), BACK + "&error=login_required&state="),
    )
    for name, asked, expected in cases:
        found = b.get("/oauth2/authorize?" + asked).location()
        tap.ok(expected in found, name, found)
    google = b.get("/oauth2/authorize?" + query(client, identity_provider="Google"))
    tap.ok("cannot be reached from here" in google.problem(), "signing in elsewhere is refused clearly", google.problem())
    plain = w.idp.create_user_pool_client(UserPoolId=w.pool, ClientName="plain", CallbackURLs=[BACK])["UserPoolClient"]["ClientId"]
    tap.ok("error=unauthorized_client" in b.get("/oauth2/authorize?" + query(plain)).location(), "a client must be allowed to")
    hostile = b.get("/login?" + query(client, state='"><script>alert(1)</script>', login_hint='"><b>'))
    tap.ok("<script>" not in hostile.text and "<b>" not in hostile.text, "what is in the address is escaped")
    tap.ok(b.get("/nowhere").status == 404 and b.ask("PUT", w.base + "/login", "").status == 405, "other addresses and methods are not served")
    for form, error in (({}, "invalid_request"), ({"grant_type": "password"}, "unsupported_grant_type"),
                        ({"grant_type": "authorization_code", "client_id": "x", "code": "y"}, "invalid_client")):
        found = w.token(**form)
        tap.ok(found.status == 400 and found.json() == {"error": error}, "the token endpoint answers " + error, found.text)


def machines(w):
    made = w.app(GenerateSecret=True, AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=["rides/fly", "rides/walk"])
    key = base64.b64encode(("%s:%s" % (made["ClientId"], made["ClientSecret"])).encode()).decode()
    got = w.token(grant_type="client_credentials", scope="rides/walk", headers={"Authorization": "Basic " + key})
    found = claims(got.json()["access_token"])
    tap.ok(set(got.json()) == {"access_token", "expires_in", "token_type"} and found["scope"] == "rides/walk"
           and found["sub"] == made["ClientId"], "a client gets a token for itself", got.text)
    wrong = w.token(grant_type="client_credentials", client_id=made["ClientId"], client_secret="x")
    tap.ok(wrong.status == 400 and wrong.json() == {"error": "invalid_client"}, "with its secret only")
    more = w.token(grant_type="client_credentials", scope="rides/run", client_id=made["ClientId"], client_secret=made["ClientSecret"])
    tap.ok(more.json() == {"error": "invalid_scope"}, "for scopes that it has")


def passwords(w, client):
    b = w.browser()
    asked = b.submit(b.get("/forgotPassword?" + query(client)), username="ada")
    tap.ok("Choose a new password" in asked.text, "who forgot the password gets a code")
    done = b.submit(asked, code=w.code("ada@rides.example"), password="N3w-unicorns")
    tap.ok("Your password was changed." in done.text, "and chooses a new one", done.problem())
    w.idp.admin_create_user(UserPoolId=w.pool, Username="ben", TemporaryPassword="First-0ne", MessageAction="SUPPRESS")
    first = b.submit(b.get("/login?" + query(client)), username="ben", password="First-0ne")
    tap.ok("Choose a password" in first.text, "a first password is replaced at once")
    weak = b.submit(first, password="x")
    tap.ok("not long enough" in weak.problem(), "by one that is good enough", weak.problem())
    tap.ok("code=" in b.submit(weak, password="Sec0nd-one").location(), "then the user is in")
    host = Browser(w.server.cloud_port, "", "wild-rydes.auth.localhost:%d" % w.server.cloud_port)
    page = host.get("/login?" + query(client))
    tap.ok(page.status == 200 and "Path=/; HttpOnly" in page.headers["Set-Cookie"], "the pages stand at a host of the domain, too")
    tap.ok("code=" in host.submit(page, username="ada", password="N3w-unicorns").location(), "and work there")


def second_factor(w, client):
    w.idp.set_user_pool_mfa_config(UserPoolId=w.pool, MfaConfiguration="OPTIONAL", EmailMfaConfiguration={"Message": "Fly with {####}"},
                                   SoftwareTokenMfaConfiguration={"Enabled": True})
    w.idp.admin_set_user_mfa_preference(UserPoolId=w.pool, Username="ada", EmailMfaSettings={"Enabled": True})
    b = w.browser()
    asked = b.submit(b.get("/login?" + query(client)), username="ada", password="N3w-unicorns")
    tap.ok("We have sent a code to a***@r***" in asked.text, "a code by e-mail may be asked for as well", asked.text)
    done = b.submit(asked, code=w.code("ada@rides.example"))
    tap.ok("code=" in done.location(), "which signs in", done.problem())


def main():
    with tempfile.TemporaryDirectory() as folder:
        w = World(Server("cloud", os.path.join(folder, "data")))
        domains(w)
        servers(w)
        client = w.app()["ClientId"]
        signing_up(w, client)
        signing_in(w, client)
        refusals(w, client)
        machines(w)
        passwords(w, client)
        second_factor(w, client)
        found = sum(w.complaints, [])
        tap.ok(not found, "every answer is as the service's model says", "\n".join(sorted(set(found))))
        w.server.kill()
    tap.done()


main()
