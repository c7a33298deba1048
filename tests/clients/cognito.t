#!/usr/bin/env python3
"""boto3 against the user pools of a workshop: signing up and in by every flow, tokens, codes, pages, mistakes.

Every answer is held against botocore's service model (tests/support/model.py). SRP's client side is in
tests/support/srp.py.
"""
import base64
import hmac
import http.client
import json
import os
import re
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore import UNSIGNED
from botocore.config import Config
from immersion import CLOUD_PERSON, Server, Tap, claims
from model import watch
from srp import Client, digest, number

tap = Tap()
fails = tap.fails
PASSWORD = "Un1corns!fly"


class Cloud:
    """A server, an administrator of an account, and a browser that signs nothing."""

    def __init__(self, server, person):
        self.server, self.person = server, person
        options = {"region_name": person["region"], "endpoint_url": "http://127.0.0.1:%d" % server.cloud_port}
        once = {"retries": {"total_max_attempts": 1}}
        self.admin = boto3.client("cognito-idp", aws_access_key_id=person["accessKeyId"],
                                  aws_secret_access_key=person["secretAccessKey"], config=Config(**once), **options)
        self.browser = boto3.client("cognito-idp", config=Config(signature_version=UNSIGNED, **once), **options)
        self.complaints = [watch(self.admin), watch(self.browser)]

    def pool(self, **more):
        return self.admin.create_user_pool(PoolName="WildRydes", **more)["UserPool"]["Id"]

    def client(self, pool, *flows, **more):
        return self.admin.create_user_pool_client(
            UserPoolId=pool, ClientName="WildRydesWebApp", ExplicitAuthFlows=["ALLOW_" + f for f in flows],
            **more)["UserPoolClient"]

    def code(self, address):
        """The last code that went to an address, from the log of `immersion cloud`."""
        with open(self.server.log, errors="replace") as log:
            line = [line for line in log if " to %s: " % address in line][-1]
        return re.findall(r"\b\d{6}\b", line)[-1]

    def srp(self, pool, client, name, password, **more):
        srp = Client(pool, password)
        asked = self.browser.initiate_auth(ClientId=client, AuthFlow="USER_SRP_AUTH",
                                           AuthParameters={"USERNAME": name, "SRP_A": "%x" % srp.A, **more})
        return self.browser.respond_to_auth_challenge(
            ClientId=client, ChallengeName=asked["ChallengeName"],
            ChallengeResponses={**srp.answer(asked["ChallengeParameters"]), **more})

    def sign_in(self, client, name, password, **more):
        return self.browser.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                          AuthParameters={"USERNAME": name, "PASSWORD": password, **more})


def get(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.cloud_port, timeout=30)
    connection.request("GET", path, headers={"Origin": "http://elsewhere"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text or b"null"), answer.headers


def verify(jwks, token):
    """RS256, with the numbers of the document."""
    header, body, signature = token.split(".")
    decode = lambda s: base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))
    kid = json.loads(decode(header))["kid"]
    key = next(k for k in jwks["keys"] if k["kid"] == kid)
    n, e = number(decode(key["n"])), number(decode(key["e"]))
    found = pow(number(decode(signature)), e, n).to_bytes((n.bit_length() + 7) // 8, "big")
    info = bytes.fromhex("3031300d060960864801650304020105000420") + digest((header + "." + body).encode())
    return found == b"\0\1" + b"\xff" * (len(found) - len(info) - 3) + b"\0" + info


FLOWS = ("USER_PASSWORD_AUTH", "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "ADMIN_USER_PASSWORD_AUTH")
MAIL = "ada@wildrydes.example"


def lab(cloud):
    """Module 2 of the web application's lab: pool, client, register, verify, sign in."""
    pool = cloud.pool(AutoVerifiedAttributes=["email"])
    tap.ok(re.fullmatch(r"[a-z0-9-]+_[0-9a-zA-Z]{9}", pool), "a pool's id is the region and nine characters", pool)
    client = cloud.client(pool, *FLOWS)
    tap.ok(re.fullmatch(r"[0-9a-z]{26}", client["ClientId"]) and "ClientSecret" not in client,
           "a client's id is 26 characters, and it has no secret unless it asks for one", client)
    client = client["ClientId"]
    answer = cloud.browser.sign_up(ClientId=client, Username=MAIL, Password=PASSWORD,
                                   UserAttributes=[{"Name": "email", "Value": MAIL}])
    tap.ok(answer["UserConfirmed"] is False and answer["CodeDeliveryDetails"] == {
        "Destination": "a***@w***", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
        "who signs up is told where the code went", answer)
    fails("before that they cannot sign in", "UserNotConfirmedException", "User is not confirmed.",
          lambda: cloud.srp(pool, client, MAIL, PASSWORD))
    code = cloud.code(MAIL)
    wrong = "%06d" % ((int(code) + 1) % 1000000)
    fails("a wrong code is refused", "CodeMismatchException", "Invalid verification code provided, please try again.",
          lambda: cloud.browser.confirm_sign_up(ClientId=client, Username=MAIL, ConfirmationCode=wrong))
    cloud.browser.confirm_sign_up(ClientId=client, Username=MAIL, ConfirmationCode=code)
    user = cloud.admin.admin_get_user(UserPoolId=pool, Username=MAIL)
    tap.ok(user["UserStatus"] == "CONFIRMED" and {"Name": "email_verified", "Value": "true"} in user["UserAttributes"],
           "the right one confirms user and address", user)
    fails("once", "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED",
          lambda: cloud.browser.confirm_sign_up(ClientId=client, Username=MAIL, ConfirmationCode=code))
    return pool, client


def tokens(cloud, pool, client):
    for what, sign_in in (("SRP", lambda: cloud.srp(pool, client, MAIL, PASSWORD)),
                          ("password", lambda: cloud.sign_in(client, MAIL, PASSWORD))):
        result = sign_in()["AuthenticationResult"]
        tap.ok(result["TokenType"] == "Bearer" and result["ExpiresIn"] == 3600 and result["RefreshToken"],
               "signing in by %s gives tokens" % what, result)
    status, jwks, headers = get(cloud.server, "/%s/.well-known/jwks.json" % pool)
    tap.ok(status == 200 and len(jwks["keys"]) == 2 and headers["Access-Control-Allow-Origin"] == "*",
           "anybody may read the pool's keys", jwks)
    for token in ("IdToken", "AccessToken"):
        text = result[token]
        tap.ok(verify(jwks, text), "the %s is signed with one of them" % token)
    said = claims(result["IdToken"])
    issuer = "https://cognito-idp.%s.amazonaws.com/%s" % (cloud.person["region"], pool)
    tap.ok(said["iss"] == issuer and said["aud"] == client and said["token_use"] == "id" and said["email"] == MAIL and
           said["email_verified"] is True and said["cognito:username"] == MAIL and
           said["exp"] - said["iat"] == 3600 and said["auth_time"] == said["iat"], "an id token says who", said)
    access = claims(result["AccessToken"])
    tap.ok(access["iss"] == issuer and access["client_id"] == client and access["token_use"] == "access" and
           access["username"] == MAIL and access["scope"] == "aws.cognito.signin.user.admin" and
           access["origin_jti"] == said["origin_jti"] and access["sub"] == said["sub"] and
           "email" not in access, "an access token says what for", access)
    status, document, _ = get(cloud.server, "/%s/.well-known/openid-configuration" % pool)
    tap.ok(status == 200 and document["issuer"] == issuer and document["jwks_uri"].startswith("http://127.0.0.1:"),
           "so does the pool of itself", document)
    return result


def refreshing(cloud, client, result):
    answer = cloud.browser.initiate_auth(ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH",
                                         AuthParameters={"REFRESH_TOKEN": result["RefreshToken"]})
    fresh = answer["AuthenticationResult"]
    tap.ok("RefreshToken" not in fresh and claims(fresh["IdToken"])["origin_jti"] ==
           claims(result["IdToken"])["origin_jti"], "a refresh gives id and access tokens of the same sign-in", answer)
    tap.ok(cloud.browser.get_user(AccessToken=fresh["AccessToken"])["Username"] == MAIL, "the access token works")
    cloud.browser.revoke_token(ClientId=client, Token=result["RefreshToken"])
    fails("a revoked refresh token is void", "NotAuthorizedException", "Refresh Token has been revoked",
          lambda: cloud.browser.initiate_auth(ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH",
                                              AuthParameters={"REFRESH_TOKEN": result["RefreshToken"]}))
    fails("and so are the access tokens of its sign-in", "NotAuthorizedException", "Access Token has been revoked",
          lambda: cloud.browser.get_user(AccessToken=fresh["AccessToken"]))
    fails("another is invalid", "NotAuthorizedException", "Invalid Refresh Token",
          lambda: cloud.browser.initiate_auth(ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH",
                                              AuthParameters={"REFRESH_TOKEN": "nonsense"}))


def changed_tokens(cloud, client):
    token = cloud.sign_in(client, MAIL, PASSWORD)["AuthenticationResult"]["AccessToken"]
    header, body, signature = token.split(".")
    said = dict(claims(token), username="somebody")
    other = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for what, text in (("other claims", ".".join((header, other, signature))),
                       ("no algorithm", ".".join((none, body, signature))),
                       ("another signature", ".".join((header, body, signature[:-8] + "AAAAAAAA")))):
        fails("a token with %s is refused" % what, "NotAuthorizedException", "Invalid Access Token",
              lambda: cloud.browser.get_user(AccessToken=text))
    cloud.browser.global_sign_out(AccessToken=token)
    fails("who has signed out everywhere is out", "NotAuthorizedException", "Access Token has been revoked",
          lambda: cloud.browser.get_user(AccessToken=token))


def passwords(cloud, pool, client):
    new = "An0ther!pony"
    fails("a wrong password is refused by SRP", "NotAuthorizedException", "Incorrect username or password.",
          lambda: cloud.srp(pool, client, MAIL, "Wr0ng!pony"))
    fails("and as it is", "NotAuthorizedException", "Incorrect username or password.",
          lambda: cloud.sign_in(client, MAIL, "Wr0ng!pony"))
    fails("who is not there is told so", "UserNotFoundException", "User does not exist.",
          lambda: cloud.sign_in(client, "nobody", PASSWORD))
    token = cloud.sign_in(client, MAIL, PASSWORD)["AuthenticationResult"]["AccessToken"]
    fails("a password must conform", "InvalidPasswordException",
          "Password did not conform with policy: Password not long enough",
          lambda: cloud.browser.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword="Sh0rt!"))
    cloud.browser.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=new)
    cloud.srp(pool, client, MAIL, new)
    answer = cloud.browser.forgot_password(ClientId=client, Username=MAIL)
    tap.ok(answer["CodeDeliveryDetails"]["Destination"] == "a***@w***", "who forgot it gets a code", answer)
    cloud.browser.confirm_forgot_password(ClientId=client, Username=MAIL, ConfirmationCode=cloud.code(MAIL),
                                          Password=PASSWORD)
    tap.ok("IdToken" in cloud.srp(pool, client, MAIL, PASSWORD)["AuthenticationResult"], "and a new password by it")
    for _ in range(6):
        try:
            cloud.sign_in(client, MAIL, "Wr0ng!pony")
        except botocore.exceptions.ClientError:
            pass
    fails("who guesses must wait", "NotAuthorizedException", "Password attempts exceeded",
          lambda: cloud.sign_in(client, MAIL, PASSWORD))
    time.sleep(1.1)
    cloud.sign_in(client, MAIL, PASSWORD)


def new_password(cloud, pool, client):
    made = cloud.admin.admin_create_user(UserPoolId=pool, Username="bob", TemporaryPassword="T3mporary!",
                                         UserAttributes=[{"Name": "email", "Value": "bob@b.example"},
                                                         {"Name": "email_verified", "Value": "true"}],
                                         DesiredDeliveryMediums=["EMAIL"])["User"]
    tap.ok(made["UserStatus"] == "FORCE_CHANGE_PASSWORD" and made["Enabled"], "an administrator makes a user", made)
    asked = cloud.srp(pool, client, "bob", "T3mporary!")
    tap.ok(asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED" and
           json.loads(asked["ChallengeParameters"]["userAttributes"])["email"] == "bob@b.example",
           "who must choose a password when signing in", asked)
    answer = cloud.browser.respond_to_auth_challenge(
        ClientId=client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=asked["Session"],
        ChallengeResponses={"USERNAME": "bob", "NEW_PASSWORD": PASSWORD})
    tap.ok("IdToken" in answer["AuthenticationResult"], "and is in then", answer)
    fails("a session is good once", "NotAuthorizedException",
          "Invalid session for the user, session can only be used once.",
          lambda: cloud.browser.respond_to_auth_challenge(
              ClientId=client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=asked["Session"],
              ChallengeResponses={"USERNAME": "bob", "NEW_PASSWORD": PASSWORD}))
    cloud.admin.admin_disable_user(UserPoolId=pool, Username="bob")
    fails("a disabled user stays out", "NotAuthorizedException", "User is disabled.",
          lambda: cloud.srp(pool, client, "bob", PASSWORD))
    cloud.admin.admin_enable_user(UserPoolId=pool, Username="bob")
    cloud.admin.create_group(UserPoolId=pool, GroupName="riders", Precedence=1)
    cloud.admin.admin_add_user_to_group(UserPoolId=pool, GroupName="riders", Username="bob")
    answer = cloud.admin.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                             AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD})
    tap.ok(claims(answer["AuthenticationResult"]["IdToken"])["cognito:groups"] == ["riders"],
           "tokens name the user's groups", answer)


def secrets_of_clients(cloud, pool):
    client = cloud.client(pool, "USER_PASSWORD_AUTH", "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", GenerateSecret=True)
    name, secret = client["ClientId"], client["ClientSecret"]

    def proof(user):
        return base64.b64encode(hmac.new(secret.encode(), (user + name).encode(), "sha256").digest()).decode()

    fails("a client with a secret must prove it", "NotAuthorizedException",
          "Client %s is configured with secret but SECRET_HASH was not received" % name,
          lambda: cloud.sign_in(name, MAIL, PASSWORD))
    fails("rightly", "NotAuthorizedException", "Unable to verify secret hash for client %s" % name,
          lambda: cloud.sign_in(name, MAIL, PASSWORD, SECRET_HASH=proof("other")))
    answer = cloud.sign_in(name, MAIL, PASSWORD, SECRET_HASH=proof(MAIL))
    answer = cloud.srp(pool, name, MAIL, PASSWORD, SECRET_HASH=proof(MAIL))
    tap.ok(cloud.browser.initiate_auth(ClientId=name, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={
        "REFRESH_TOKEN": answer["AuthenticationResult"]["RefreshToken"], "SECRET_HASH": proof(MAIL)}),
        "then it works like others")


def discretion(cloud, pool):
    client = cloud.client(pool, *FLOWS, PreventUserExistenceErrors="ENABLED")["ClientId"]
    fails("a discreet client does not tell who is there", "NotAuthorizedException", "Incorrect username or password.",
          lambda: cloud.sign_in(client, "nobody", PASSWORD))
    fails("by SRP, too", "NotAuthorizedException", "Incorrect username or password.",
          lambda: cloud.srp(pool, client, "nobody", PASSWORD))
    salts = {cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_SRP_AUTH", AuthParameters={
        "USERNAME": "nobody", "SRP_A": "%x" % Client(pool, "x").A})["ChallengeParameters"]["SALT"] for _ in range(3)}
    tap.ok(len(salts) == 1, "nor by a salt that changes", salts)
    tap.ok("Destination" in cloud.browser.forgot_password(ClientId=client, Username="nobody")["CodeDeliveryDetails"],
           "nor when they forgot a password")


def lists(cloud):
    pool = cloud.pool()
    for n in range(7):
        cloud.admin.admin_create_user(UserPoolId=pool, Username="user%d" % n, MessageAction="SUPPRESS",
                                      UserAttributes=[{"Name": "email", "Value": "u%d@x.example" % n}])
    pages = list(cloud.admin.get_paginator("list_users").paginate(UserPoolId=pool, PaginationConfig={"PageSize": 3}))
    tap.ok([len(p["Users"]) for p in pages] == [3, 3, 1], "users come in pages", pages)
    for filter, count in (('username = "user3"', 1), ('email ^= "u"', 7), ('"status"="Enabled"', None),
                          ('status = "Enabled"', 7), ('cognito:user_status = "CONFIRMED"', 0), ("nonsense", None)):
        try:
            found = len(cloud.admin.list_users(UserPoolId=pool, Filter=filter)["Users"])
        except botocore.exceptions.ClientError as error:
            found = None if error.response["Error"]["Code"] == "InvalidParameterException" else error
        tap.ok(found == count, "the filter %s finds %s" % (filter, count), found)
    found = cloud.admin.list_users(UserPoolId=pool, AttributesToGet=["email"], Limit=1)["Users"][0]["Attributes"]
    tap.ok(found == [{"Name": "email", "Value": "u0@x.example"}], "with the attributes that were asked for", found)
    pages = list(cloud.admin.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 1}))
    tap.ok(len(pages) > 1 and all(len(p["UserPools"]) == 1 for p in pages), "so do pools", pages)


def mistakes(cloud, pool, client):
    fails("a client of nowhere is told so", "ResourceNotFoundException", "User pool client %s does not exist." % ("x" * 26),
          lambda: cloud.sign_in("x" * 26, MAIL, PASSWORD))
    fails("a pool of nowhere, too", "ResourceNotFoundException", "User pool eu-west-1_aaaaaaaaa does not exist.",
          lambda: cloud.admin.describe_user_pool(UserPoolId="eu-west-1_aaaaaaaaa"))
    fails("a name is given once", "UsernameExistsException", "User already exists",
          lambda: cloud.browser.sign_up(ClientId=client, Username=MAIL, Password=PASSWORD))
    fails("administrators' flows are theirs", "InvalidParameterException", "Initiate Auth method not supported.",
          lambda: cloud.browser.initiate_auth(ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters={}))
    fails("a parameter that is missing is named", "InvalidParameterException", "Missing required parameter PASSWORD",
          lambda: cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                              AuthParameters={"USERNAME": MAIL}))
    closed = cloud.client(pool, "REFRESH_TOKEN_AUTH")["ClientId"]
    fails("a flow must be allowed", "InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client",
          lambda: cloud.sign_in(closed, MAIL, PASSWORD))
    fails("SRP too", "InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.",
          lambda: cloud.srp(pool, closed, MAIL, PASSWORD))
    fails("a secret value is not repeated", "InvalidParameterException",
          "1 validation error detected: Value at 'password' failed to satisfy constraint: "
          "Member must satisfy regular expression pattern: [\\S]+",
          lambda: cloud.browser.sign_up(ClientId=client, Username="c", Password="with blank"))


def addresses(cloud):
    """A pool whose users sign in by e-mail address."""
    pool = cloud.pool(UsernameAttributes=["email"], AutoVerifiedAttributes=["email"],
                      UsernameConfiguration={"CaseSensitive": False})
    client = cloud.client(pool, *FLOWS)["ClientId"]
    sub = cloud.browser.sign_up(ClientId=client, Username="Eve@E.example", Password=PASSWORD)["UserSub"]
    cloud.browser.confirm_sign_up(ClientId=client, Username="eve@e.example", ConfirmationCode=cloud.code("Eve@E.example"))
    said = claims(cloud.srp(pool, client, "eve@e.example", PASSWORD)["AuthenticationResult"]["IdToken"])
    tap.ok(said["cognito:username"] == sub == said["sub"] and said["email"] == "Eve@E.example",
           "where addresses are names, the user's own name is the sub", said)
    fails("an address is one account's", "UsernameExistsException", "An account with the given email already exists.",
          lambda: cloud.browser.sign_up(ClientId=client, Username="eve@e.example", Password=PASSWORD))
    fails("and must be one", "InvalidParameterException", "Username should be an email.",
          lambda: cloud.browser.sign_up(ClientId=client, Username="eve", Password=PASSWORD))


def totp(secret, ahead=0):
    """RFC 6238, from the text that an authenticator is given."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, int(time.time() // 30 + ahead).to_bytes(8, "big"), "sha1").digest()
    return "%06d" % (int.from_bytes(mac[mac[-1] & 15:][:4], "big") % (1 << 31) % 10 ** 6)


def second_factor(cloud):
    """Authenticators: set up by the user who is in, or on the way in; then asked for."""
    pool = cloud.pool()
    client = cloud.client(pool, *FLOWS)["ClientId"]
    cloud.admin.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OPTIONAL",
                                         SoftwareTokenMfaConfiguration={"Enabled": True})
    for name in ("ada", "bob"):
        cloud.browser.sign_up(ClientId=client, Username=name, Password=PASSWORD)
        cloud.admin.admin_confirm_sign_up(UserPoolId=pool, Username=name)
    token = cloud.sign_in(client, "ada", PASSWORD)["AuthenticationResult"]["AccessToken"]
    secret = cloud.browser.associate_software_token(AccessToken=token)["SecretCode"]
    tap.ok(re.fullmatch(r"[A-Z2-7]{52}", secret), "who is in gets a secret for an authenticator", secret)
    fails("a wrong code does not enable it", "EnableSoftwareTokenMFAException", "Code mismatch",
          lambda: cloud.browser.verify_software_token(AccessToken=token, UserCode="%06d" % ((int(totp(secret)) + 1) % 10**6)))
    tap.ok(cloud.browser.verify_software_token(AccessToken=token, UserCode=totp(secret, -1))["Status"] == "SUCCESS",
           "the right one does")
    tap.ok("AuthenticationResult" in cloud.sign_in(client, "ada", PASSWORD), "it is not asked for until it is wanted")
    cloud.browser.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    user = cloud.browser.get_user(AccessToken=token)
    tap.ok(user["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"] == [user["PreferredMfaSetting"]], "the user shows it", user)
    asked = cloud.srp(pool, client, "ada", PASSWORD)
    answer = {"ClientId": client, "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": asked["Session"]}
    tap.ok(asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA", "then it is", asked)
    fails("by a code that is right", "CodeMismatchException", "Invalid code received for user",
          lambda: cloud.browser.respond_to_auth_challenge(**answer, ChallengeResponses={
              "USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": totp(secret, -2)}))
    used = totp(secret)
    done = cloud.browser.respond_to_auth_challenge(**answer, ChallengeResponses={
        "USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": used})
    tap.ok("IdToken" in done["AuthenticationResult"], "which signs in", done)
    again = cloud.srp(pool, client, "ada", PASSWORD)["Session"]
    fails("once", "ExpiredCodeException", "Your software token has already been used once.",
          lambda: cloud.browser.respond_to_auth_challenge(**{**answer, "Session": again}, ChallengeResponses={
              "USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": used}))
    secret = cloud.browser.associate_software_token(AccessToken=token)["SecretCode"]
    tap.ok(cloud.browser.verify_software_token(AccessToken=token, UserCode=totp(secret))["Status"] == "SUCCESS",
           "a new authenticator may begin in the half minute of the old one's code")
    cloud.admin.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="ON",
                                         SoftwareTokenMfaConfiguration={"Enabled": True})
    asked = cloud.sign_in(client, "bob", PASSWORD)
    tap.ok(asked["ChallengeName"] == "MFA_SETUP", "where it is a must, who has none sets it up on the way in", asked)
    made = cloud.browser.associate_software_token(Session=asked["Session"])
    checked = cloud.browser.verify_software_token(Session=made["Session"], UserCode=totp(made["SecretCode"]))
    done = cloud.browser.respond_to_auth_challenge(ClientId=client, ChallengeName="MFA_SETUP", Session=checked["Session"],
                                                   ChallengeResponses={"USERNAME": "bob"})
    tap.ok("IdToken" in done["AuthenticationResult"], "and is in then", done)


def choice(cloud):
    """USER_AUTH: the user chooses the factor to begin with."""
    pool = cloud.pool()
    client = cloud.client(pool, "USER_AUTH")["ClientId"]
    cloud.browser.sign_up(ClientId=client, Username="ada", Password=PASSWORD)
    cloud.admin.admin_confirm_sign_up(UserPoolId=pool, Username="ada")
    asked = cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "ada"})
    tap.ok(asked["ChallengeName"] == "SELECT_CHALLENGE" and asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"],
           "a user may choose how to sign in", asked)
    srp = Client(pool, PASSWORD)
    asked = cloud.browser.respond_to_auth_challenge(
        ClientId=client, ChallengeName="SELECT_CHALLENGE", Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "ANSWER": "PASSWORD_SRP", "SRP_A": "%x" % srp.A})
    done = cloud.browser.respond_to_auth_challenge(ClientId=client, ChallengeName=asked["ChallengeName"],
                                                   ChallengeResponses=srp.answer(asked["ChallengeParameters"]))
    tap.ok("IdToken" in done["AuthenticationResult"], "by SRP", done)
    done = cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", AuthParameters={
        "USERNAME": "ada", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD})
    tap.ok("IdToken" in done["AuthenticationResult"], "or by the password at once", done)


def text_messages(cloud):
    """A pool that sends every sign-in's code by SMS."""
    pool = cloud.pool(MfaConfiguration="ON", SmsConfiguration={
        "SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}, AutoVerifiedAttributes=["phone_number"])
    client = cloud.client(pool, *FLOWS)["ClientId"]
    made = cloud.browser.sign_up(ClientId=client, Username="ada", Password=PASSWORD,
                                 UserAttributes=[{"Name": "phone_number", "Value": "+441632960123"}])
    tap.ok(made["CodeDeliveryDetails"] == {"Destination": "+********0123", "DeliveryMedium": "SMS",
                                           "AttributeName": "phone_number"}, "a code goes out by SMS", made)
    cloud.browser.confirm_sign_up(ClientId=client, Username="ada", ConfirmationCode=cloud.code("+441632960123"))
    asked = cloud.srp(pool, client, "ada", PASSWORD)
    tap.ok(asked["ChallengeName"] == "SMS_MFA" and
           asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "+********0123", "and one more to sign in", asked)
    answer = {"ClientId": client, "ChallengeName": "SMS_MFA", "Session": asked["Session"]}
    fails("which must be right", "CodeMismatchException", "Invalid code or auth state for the user.",
          lambda: cloud.browser.respond_to_auth_challenge(**answer, ChallengeResponses={
              "USERNAME": "ada", "SMS_MFA_CODE": "no"}))
    done = cloud.browser.respond_to_auth_challenge(**answer, ChallengeResponses={
        "USERNAME": "ada", "SMS_MFA_CODE": cloud.code("+441632960123")})
    tap.ok("IdToken" in done["AuthenticationResult"], "to get tokens", done)


def accounts(folder):
    """Two attendees: ids lead to their accounts."""
    server = Server("serve", os.path.join(folder, "workshop"))
    ada, bob = (Cloud(server, server.join(name)) for name in ("Ada", "Bob"))
    ids = []
    for cloud in (ada, bob):
        pool = cloud.pool()
        client = cloud.client(pool, *FLOWS)["ClientId"]
        cloud.browser.sign_up(ClientId=client, Username="guest", Password=PASSWORD)
        cloud.admin.admin_confirm_sign_up(UserPoolId=pool, Username="guest")
        ids.append((pool, client))
    for (pool, client), cloud in zip(ids, (ada, bob)):
        issuer = claims(bob.srp(pool, client, "guest", PASSWORD)["AuthenticationResult"]["IdToken"])["iss"]
        tap.ok(issuer.endswith(pool), "an unsigned call reaches the account that its client belongs to")
    pool = ada.pool(AutoVerifiedAttributes=["email"])
    client = ada.client(pool, *FLOWS)["ClientId"]
    ada.browser.sign_up(ClientId=client, Username="guest", Password=PASSWORD,
                        UserAttributes=[{"Name": "email", "Value": MAIL}])
    mail = server.ask("GET", "/api/mail", token=ada.person["token"])[1]["messages"]
    tap.ok(len(mail) == 1 and mail[0]["to"] == MAIL and mail[0]["code"] in mail[0]["body"] and
           mail[0]["subject"] == "Your verification code", "the code is in the attendee's mailbox", mail)
    ada.browser.confirm_sign_up(ClientId=client, Username="guest", ConfirmationCode=mail[0]["code"])
    tap.ok(server.ask("GET", "/api/mail", token=bob.person["token"])[1] == {"messages": []}, "and in nobody else's")
    fails("a signed one is another account's", "ResourceNotFoundException", "User pool %s does not exist." % ids[0][0],
          lambda: bob.admin.describe_user_pool(UserPoolId=ids[0][0]))
    status, jwks, _ = get(server, "/%s/.well-known/jwks.json" % ids[1][0])
    tap.ok(status == 200 and jwks["keys"], "keys are found by the pool's id alone", jwks)
    server.kill()
    return ada.complaints + bob.complaints


def main():
    with tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(Server("cloud", os.path.join(folder, "cloud")), CLOUD_PERSON)
        pool, client = lab(cloud)
        refreshing(cloud, client, tokens(cloud, pool, client))
        changed_tokens(cloud, client)
        passwords(cloud, pool, client)
        new_password(cloud, pool, client)
        secrets_of_clients(cloud, pool)
        discretion(cloud, pool)
        lists(cloud)
        mistakes(cloud, pool, client)
        addresses(cloud)
        second_factor(cloud)
        text_messages(cloud)
        choice(cloud)
        cloud.admin.delete_user_pool(UserPoolId=pool)
        tap.ok(get(cloud.server, "/%s/.well-known/jwks.json" % pool)[0] == 400, "a deleted pool is gone")
        cloud.server.kill()
        complaints = sum(cloud.complaints + accounts(folder), [])
        tap.ok(not complaints, "every answer is as the service's model says", "\n".join(sorted(set(complaints))))
    tap.done()


if __name__ == "__main__":
    main()
