#!/usr/bin/env python3
"""boto3 and the AWS CLI against choice-based sign-in (USER_AUTH): codes in place of passwords, users without any, signing in
right after signing up, second factors by e-mail; and sessions and codes that outlive a kill -9.

Every answer is held against botocore's service model (tests/support/model.py).
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore import UNSIGNED
from botocore.config import Config
from immersion import Server, Tap, claims
from model import watch
from srp import Client

tap = Tap()
fails = tap.fails
PASSWORD, SMS = "Un1corns!fly", {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}
AWS = shutil.which("aws")


class Cloud:
    """A server, its administrator, and a browser that signs nothing."""

    def __init__(self, folder):
        self.server = Server("cloud", folder)
        self.url = "http://127.0.0.1:%d" % self.server.cloud_port
        options = {"region_name": "us-east-1", "endpoint_url": self.url}
        once = {"retries": {"total_max_attempts": 1}}
        self.admin = boto3.client("cognito-idp", aws_access_key_id="test", aws_secret_access_key="test",
                                  config=Config(**once), **options)
        self.browser = boto3.client("cognito-idp", config=Config(signature_version=UNSIGNED, **once), **options)
        self.complaints = [watch(self.admin), watch(self.browser)]

    def pool(self, *factors, **more):
        made = self.admin.create_user_pool(
            PoolName="WildRydes", SmsConfiguration=SMS,
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}, **more)["UserPool"]["Id"]
        client = self.admin.create_user_pool_client(UserPoolId=made, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_AUTH"])
        return made, client["UserPoolClient"]["ClientId"]

    def said(self, address):
        with open(self.server.log, errors="replace") as log:
            return [line for line in log if " to %s: " % address in line]

    def code(self, address, digits=8):
        """The last code that went to an address, from the log of `immersion cloud`."""
        return re.findall(r"\b\d{%d}\b" % digits, self.said(address)[-1])[-1]

    def begin(self, client, name, **given):
        return self.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": name, **given})

    def answer(self, client, asked, name, challenge=None, **given):
        return self.browser.respond_to_auth_challenge(
            ClientId=client, ChallengeName=challenge or asked["ChallengeName"], Session=asked["Session"],
            ChallengeResponses={"USERNAME": name, **given})

    def user(self, pool, name):
        found = self.admin.admin_get_user(UserPoolId=pool, Username=name)
        return found["UserStatus"], {a["Name"]: a["Value"] for a in found["UserAttributes"]}


def address(name, **more):
    return [{"Name": k, "Value": v} for k, v in {"email": "%s@rides.example" % name, **more}.items()]


def by_mail(cloud):
    """No password at all: sign up, confirm by the first code."""
    pool, client = cloud.pool("PASSWORD", "EMAIL_OTP", "SMS_OTP")
    made = cloud.browser.sign_up(ClientId=client, Username="ada", UserAttributes=address("ada", phone_number="+441632960123"))
    tap.ok(made["UserConfirmed"] is False, "who signs up needs no password where codes will do", made)
    asked = cloud.begin(client, "ada", PREFERRED_CHALLENGE="EMAIL_OTP")
    tap.ok(asked["ChallengeName"] == "EMAIL_OTP" and asked["AvailableChallenges"] == ["EMAIL_OTP", "SMS_OTP"] and
           asked["ChallengeParameters"] == {"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@r***"},
           "a code goes out by e-mail", asked)
    right = cloud.code("ada@rides.example")
    wrong = "%08d" % ((int(right) + 1) % 10 ** 8)
    fails("a wrong one is refused", "CodeMismatchException", "Invalid code or auth state for the user.",
          lambda: cloud.answer(client, asked, "ada", EMAIL_OTP_CODE=wrong))
    tap.ok(cloud.user(pool, "ada")[0] == "UNCONFIRMED", "and nobody is in")
    done = cloud.answer(client, asked, "ada", EMAIL_OTP_CODE=right)
    said = claims(done["AuthenticationResult"]["IdToken"])
    tap.ok(said["email_verified"] is True and said["cognito:username"] == "ada", "the right one signs in", said)
    status, attributes = cloud.user(pool, "ada")
    tap.ok(status == "CONFIRMED" and attributes["email_verified"] == "true" and attributes["phone_number_verified"] == "false",
           "it confirms the user and verifies the address, this one only", (status, attributes))
    fails("a session is good once", "NotAuthorizedException", "Invalid session for the user, session can only be used once.",
          lambda: cloud.answer(client, asked, "ada", EMAIL_OTP_CODE=right))
    again = cloud.begin(client, "ada", PREFERRED_CHALLENGE="EMAIL_OTP")
    fails("and so is a code", "CodeMismatchException", "Invalid code or auth state for the user.",
          lambda: cloud.answer(client, again, "ada", EMAIL_OTP_CODE=right))
    return pool, client, done["AuthenticationResult"]["AccessToken"]


def by_choice(cloud, pool, client):
    """By SMS, chosen from the list; a code of one challenge is none of the other's."""
    asked = cloud.begin(client, "ada")
    tap.ok(asked["ChallengeName"] == "SELECT_CHALLENGE" and asked["AvailableChallenges"] == ["EMAIL_OTP", "SMS_OTP"],
           "who has no password is offered none", asked)
    asked = cloud.answer(client, asked, "ada", ANSWER="SMS_OTP")
    tap.ok(asked["ChallengeName"] == "SMS_OTP" and asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "+********0123",
           "the code that was chosen goes out", asked)
    cloud.begin(client, "ada", PREFERRED_CHALLENGE="EMAIL_OTP")
    fails("that of an e-mail does not do", "CodeMismatchException", "Invalid code or auth state for the user.",
          lambda: cloud.answer(client, asked, "ada", SMS_OTP_CODE=cloud.code("ada@rides.example")))
    done = cloud.answer(client, asked, "ada", SMS_OTP_CODE=cloud.code("+441632960123"))
    tap.ok(claims(done["AuthenticationResult"]["IdToken"])["phone_number_verified"] is True, "the right one signs in", done)
    asked = cloud.begin(client, "ada", PREFERRED_CHALLENGE="EMAIL_OTP")
    cloud.admin.admin_update_user_attributes(UserPoolId=pool, Username="ada", UserAttributes=[
        {"Name": "email", "Value": "lovelace@rides.example"}])
    cloud.answer(client, asked, "ada", EMAIL_OTP_CODE=cloud.code("ada@rides.example"))
    tap.ok(cloud.user(pool, "ada")[1]["email_verified"] == "false", "a code verifies no address but that it went to")


def by_password(cloud, pool, client, token):
    """A first password, then all ways by it, each step with the session of the one before."""
    factors = cloud.browser.get_user_auth_factors(AccessToken=token)
    tap.ok(factors["ConfiguredUserAuthFactors"] == ["EMAIL_OTP", "SMS_OTP"], "users see what they may sign in with", factors)
    cloud.browser.change_password(AccessToken=token, ProposedPassword=PASSWORD)
    factors = cloud.browser.get_user_auth_factors(AccessToken=token)
    tap.ok(factors["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP", "SMS_OTP"],
           "who has no password sets one without another", factors)
    fails("but once", "NotAuthorizedException", "Incorrect username or password.",
          lambda: cloud.browser.change_password(AccessToken=token, ProposedPassword=PASSWORD + "1"))
    for what, begin in (("at once", lambda a: cloud.begin(client, "ada", PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=a)),
                        ("by choice", lambda a: cloud.answer(client, cloud.begin(client, "ada"), "ada", ANSWER="PASSWORD_SRP", SRP_A=a)),
                        ("as the challenge itself", lambda a: cloud.answer(client, cloud.begin(client, "ada"), "ada", "PASSWORD_SRP", SRP_A=a))):
        srp = Client(pool, PASSWORD)
        asked = begin("%x" % srp.A)
        done = cloud.browser.respond_to_auth_challenge(
            ClientId=client, ChallengeName="PASSWORD_VERIFIER", Session=asked["Session"],
            ChallengeResponses=srp.answer(asked["ChallengeParameters"]))
        tap.ok("IdToken" in done["AuthenticationResult"], "SRP %s" % what, done)
        fails("its session is good once", "NotAuthorizedException",
              "Invalid session for the user, session can only be used once.",
              lambda: cloud.browser.respond_to_auth_challenge(
                  ClientId=client, ChallengeName="PASSWORD_VERIFIER", Session=asked["Session"],
                  ChallengeResponses=srp.answer(asked["ChallengeParameters"])))
    done = cloud.answer(client, cloud.begin(client, "ada"), "ada", "PASSWORD", PASSWORD=PASSWORD)
    tap.ok("IdToken" in done["AuthenticationResult"], "a password as the challenge itself", done)


def from_sign_up(cloud):
    """Right after signing up, by what was proven there."""
    pool, client = cloud.pool("PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    made = cloud.browser.sign_up(ClientId=client, Username="ada", UserAttributes=address("ada"))
    done = cloud.browser.confirm_sign_up(ClientId=client, Username="ada", Session=made["Session"],
                                         ConfirmationCode=cloud.code("ada@rides.example", 6))
    before = len(cloud.said("ada@rides.example"))
    signed_in = cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", Session=done["Session"],
                                            AuthParameters={"USERNAME": "ada", "PREFERRED_CHALLENGE": "EMAIL_OTP"})
    tap.ok("IdToken" in signed_in["AuthenticationResult"] and len(cloud.said("ada@rides.example")) == before,
           "who confirms a sign-up is in without another code", signed_in)
    fails("once", "NotAuthorizedException", "Invalid session for the user, session can only be used once.",
          lambda: cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", Session=done["Session"]))
    fails("and the session of the sign-up is used up", "NotAuthorizedException",
          "Invalid session for the user, session can only be used once.",
          lambda: cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", Session=made["Session"]))
    cloud.browser.sign_up(ClientId=client, Username="bob", UserAttributes=address("bob"))
    done = cloud.browser.confirm_sign_up(ClientId=client, Username="bob", ConfirmationCode=cloud.code("bob@rides.example", 6))
    done = cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", Session=done["Session"])
    tap.ok("IdToken" in done["AuthenticationResult"], "the code alone is proof enough", done)


def from_sign_up_by_password(cloud):
    pool, client = cloud.pool("PASSWORD", AutoVerifiedAttributes=["email"])
    for name, hands_on in (("ada", True), ("bob", False)):
        made = cloud.browser.sign_up(ClientId=client, Username=name, Password=PASSWORD, UserAttributes=address(name))
        more = {"Session": made["Session"]} if hands_on else {}
        done = cloud.browser.confirm_sign_up(ClientId=client, Username=name, **more,
                                             ConfirmationCode=cloud.code(name + "@rides.example", 6))
        done = cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", Session=done["Session"],
                                           AuthParameters={"USERNAME": name})
        tap.ok(("AuthenticationResult" in done) is hands_on and (hands_on or done["ChallengeName"] == "SELECT_CHALLENGE"),
               "where codes are no factor, the password of the sign-up %s" % ("counts" if hands_on else "must be handed on"), done)
    secret = cloud.admin.create_user_pool_client(UserPoolId=pool, ClientName="server", GenerateSecret=True,
                                                 ExplicitAuthFlows=["ALLOW_USER_AUTH"])["UserPoolClient"]
    fails("a client with a secret proves it first", "NotAuthorizedException",
          "Client %s is configured with secret but SECRET_HASH was not received" % secret["ClientId"],
          lambda: cloud.begin(secret["ClientId"], "ada"))


def made_by_admin(cloud):
    pool, client = cloud.pool("PASSWORD", "EMAIL_OTP")
    made = cloud.admin.admin_create_user(UserPoolId=pool, Username="dan", UserAttributes=address("dan", email_verified="true"))["User"]
    tap.ok(made["UserStatus"] == "CONFIRMED" and not cloud.said("dan@rides.example"),
           "an administrator's user needs no password either", made)
    asked = cloud.admin.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="USER_AUTH",
                                            AuthParameters={"USERNAME": "dan", "PREFERRED_CHALLENGE": "EMAIL_OTP"})
    done = cloud.admin.admin_respond_to_auth_challenge(
        UserPoolId=pool, ClientId=client, ChallengeName="EMAIL_OTP", Session=asked["Session"],
        ChallengeResponses={"USERNAME": "dan", "EMAIL_OTP_CODE": cloud.code("dan@rides.example")})
    tap.ok("IdToken" in done["AuthenticationResult"], "and signs in at a server", done)


def second_factor(cloud):
    """A code by e-mail after a password: its words, its address, and what the user wants."""
    pool, client = cloud.pool("PASSWORD", "EMAIL_OTP", EmailConfiguration={
        "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/rides.example"})
    config = {"Subject": "Wings", "Message": "Fly with {####}"}
    cloud.admin.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OPTIONAL", EmailMfaConfiguration=config)
    tap.ok(cloud.admin.get_user_pool_mfa_config(UserPoolId=pool)["EmailMfaConfiguration"] == config, "a pool words its codes")
    cloud.browser.sign_up(ClientId=client, Username="ada", Password=PASSWORD, UserAttributes=address("ada"))
    asked = cloud.begin(client, "ada", PREFERRED_CHALLENGE="EMAIL_OTP")
    tap.ok(re.search(r"Fly with \d{8}\b", cloud.said("ada@rides.example")[-1]), "also those in place of a password")
    token = cloud.answer(client, asked, "ada", EMAIL_OTP_CODE=cloud.code("ada@rides.example"))["AuthenticationResult"]["AccessToken"]
    cloud.browser.set_user_mfa_preference(AccessToken=token, EmailMfaSettings={"Enabled": True, "PreferredMfa": True})
    factors = cloud.browser.get_user_auth_factors(AccessToken=token)
    tap.ok(factors["UserMFASettingList"] == ["EMAIL_OTP"] and factors["PreferredMfaSetting"] == "EMAIL_OTP" and
           factors["ConfiguredUserAuthFactors"] == ["PASSWORD"], "who wants a second factor begins with a password", factors)
    cloud.admin.admin_update_user_attributes(UserPoolId=pool, Username="ada", UserAttributes=[{"Name": "email_verified", "Value": "false"}])
    asked = cloud.begin(client, "ada", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    tap.ok(asked["ChallengeName"] == "EMAIL_OTP" and asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "a***@r***",
           "then comes the code", asked)
    fails("which must be right", "CodeMismatchException", "Invalid code or auth state for the user.",
          lambda: cloud.answer(client, asked, "ada", EMAIL_OTP_CODE="no"))
    done = cloud.answer(client, asked, "ada", EMAIL_OTP_CODE=cloud.code("ada@rides.example", 6))
    tap.ok(claims(done["AuthenticationResult"]["IdToken"])["email_verified"] is True, "and verifies the address", done)


def from_the_shell(cloud):
    """The same by `aws cognito-idp`, as the guides have it."""
    env = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
           "AWS_ENDPOINT_URL": cloud.url, "AWS_PAGER": ""}

    def aws(*words):
        done = subprocess.run([AWS, "cognito-idp", *words], env=env, capture_output=True, text=True, timeout=120)
        if done.returncode:
            tap.ok(False, "aws cognito-idp %s" % words[0], done.stderr)
        return json.loads(done.stdout or "{}")

    pool = aws("create-user-pool", "--pool-name", "p", "--policies", "SignInPolicy={AllowedFirstAuthFactors=[PASSWORD,EMAIL_OTP]}")["UserPool"]["Id"]
    client = aws("create-user-pool-client", "--user-pool-id", pool, "--client-name", "web",
                 "--explicit-auth-flows", "ALLOW_USER_AUTH")["UserPoolClient"]["ClientId"]
    aws("sign-up", "--client-id", client, "--username", "cli", "--user-attributes", "Name=email,Value=cli@rides.example")
    asked = aws("initiate-auth", "--client-id", client, "--auth-flow", "USER_AUTH",
                "--auth-parameters", "USERNAME=cli,PREFERRED_CHALLENGE=EMAIL_OTP")
    done = aws("respond-to-auth-challenge", "--client-id", client, "--challenge-name", "EMAIL_OTP", "--session", asked["Session"],
               "--challenge-responses", "USERNAME=cli,EMAIL_OTP_CODE=" + cloud.code("cli@rides.example"))
    factors = aws("get-user-auth-factors", "--access-token", done["AuthenticationResult"]["AccessToken"])
    tap.ok(factors == {"Username": "cli", "ConfiguredUserAuthFactors": ["EMAIL_OTP"]}, "the CLI signs in by a code", factors)


def killed(cloud):
    """Sessions and codes are kept like all else: the answer finds them after a kill -9."""
    pool, client = cloud.pool("PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])

    def again():
        cloud.server.kill()
        cloud.server.start()

    made = cloud.browser.sign_up(ClientId=client, Username="kit", UserAttributes=address("kit"))
    again()
    done = cloud.browser.confirm_sign_up(ClientId=client, Username="kit", Session=made["Session"],
                                         ConfirmationCode=cloud.code("kit@rides.example", 6))
    again()
    done = cloud.browser.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", Session=done["Session"])
    tap.ok("IdToken" in done["AuthenticationResult"], "a sign-up goes on after a kill", done)
    asked = cloud.begin(client, "kit")
    again()
    asked = cloud.answer(client, asked, "kit", ANSWER="EMAIL_OTP")
    code = cloud.code("kit@rides.example")
    fails("a guess is counted", "CodeMismatchException", "Invalid code or auth state for the user.",
          lambda: cloud.answer(client, asked, "kit", EMAIL_OTP_CODE="no"))
    again()
    done = cloud.answer(client, asked, "kit", EMAIL_OTP_CODE=code)
    tap.ok("IdToken" in done["AuthenticationResult"], "a choice and its code go on after a kill", done)
    again()
    fails("what was used up stays used up", "NotAuthorizedException",
          "Invalid session for the user, session can only be used once.",
          lambda: cloud.answer(client, asked, "kit", EMAIL_OTP_CODE=code))


def main():
    with tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(os.path.join(folder, "cloud"))
        pool, client, token = by_mail(cloud)
        by_choice(cloud, pool, client)
        by_password(cloud, pool, client, token)
        from_sign_up(cloud)
        from_sign_up_by_password(cloud)
        made_by_admin(cloud)
        second_factor(cloud)
        from_the_shell(cloud)
        killed(cloud)
        cloud.server.kill()
        complaints = sum(cloud.complaints, [])
        tap.ok(not complaints, "every answer is as the service's model says", "\n".join(sorted(set(complaints))))
    tap.done()


if __name__ == "__main__":
    main()
