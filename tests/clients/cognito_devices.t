#!/usr/bin/env python3
"""boto3 against the devices that a user pool remembers, a choice of second factors, and the roles of groups.

From: Developer Guide, "Working with user devices in your user pool", "Adding groups to a user pool". Every answer is
held against botocore's service model (tests/support/model.py).
"""
import base64
import hmac
import json
import os
import re
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore import UNSIGNED
from botocore.config import Config
from immersion import Server, Tap, claims
from model import watch
from srp import Client

tap = Tap()
fails = tap.fails
complaints = []
PASSWORD, SECRET = "Un1corns!fly", "what the device made up"


class Pool:
    """A pool with one client, its administrator, and a browser that signs nothing."""

    def __init__(self, server, **more):
        options = {"region_name": "us-east-1", "endpoint_url": "http://127.0.0.1:%d" % server.cloud_port}
        once = {"retries": {"total_max_attempts": 1}}
        self.server = server
        self.admin = boto3.client("cognito-idp", aws_access_key_id="test", aws_secret_access_key="test",
                                  config=Config(**once), **options)
        self.browser = boto3.client("cognito-idp", config=Config(signature_version=UNSIGNED, **once), **options)
        complaints.extend((watch(self.admin), watch(self.browser)))
        self.id = self.admin.create_user_pool(PoolName="WildRydes", **more)["UserPool"]["Id"]
        self.client = self.admin.create_user_pool_client(UserPoolId=self.id, ClientName="web", ExplicitAuthFlows=[
            "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"])["UserPoolClient"]["ClientId"]

    def user(self, name, **attributes):
        self.admin.admin_create_user(UserPoolId=self.id, Username=name, MessageAction="SUPPRESS", UserAttributes=[
            {"Name": key, "Value": value} for key, value in attributes.items()])
        self.admin.admin_set_user_password(UserPoolId=self.id, Username=name, Password=PASSWORD, Permanent=True)
        return {"UserPoolId": self.id, "Username": name}

    def sign_in(self, name, **more):
        return self.browser.initiate_auth(ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={
            "USERNAME": name, "PASSWORD": PASSWORD, **more})

    def refresh(self, token, **more):
        return self.browser.initiate_auth(ClientId=self.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={
            "REFRESH_TOKEN": token, **more})["AuthenticationResult"]

    def answer(self, asked, challenge=None, **responses):
        return self.browser.respond_to_auth_challenge(ClientId=self.client, Session=asked["Session"], ChallengeResponses=responses,
                                                      ChallengeName=challenge or asked["ChallengeName"])


def prove(pool, asked, device, group, secret=SECRET):
    """Answer DEVICE_SRP_AUTH and what comes of it."""
    srp = Client(group, secret, device)
    tap.ok(asked["ChallengeName"] == "DEVICE_SRP_AUTH" and asked["ChallengeParameters"] == {}, "the device is asked to prove itself",
           asked)
    asked = pool.answer(asked, USERNAME="ada", DEVICE_KEY=device, SRP_A="%x" % srp.A)
    given = asked["ChallengeParameters"]
    tap.ok(asked["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER" and given["DEVICE_KEY"] == device and
           sorted(given) == ["DEVICE_KEY", "SALT", "SECRET_BLOCK", "SRP_B", "USERNAME"], "by SRP", asked)
    return lambda: pool.answer(asked, DEVICE_KEY=device, **srp.answer(given))


def confirmed(pool):
    """A device that ada confirms: its key and group."""
    result = pool.sign_in("ada")["AuthenticationResult"]
    new = result["NewDeviceMetadata"]
    key, group, token = new["DeviceKey"], new["DeviceGroupKey"], result["AccessToken"]
    tap.ok(re.fullmatch(r"us-east-1_[0-9a-f-]{36}", key) and re.fullmatch(r"-[\w-]{8}", group) and
           claims(token)["device_key"] == key, "a sign-in comes with a new device's key", new)
    fails("a device is none before it is confirmed", "ResourceNotFoundException", "Device does not exist.",
          lambda: pool.sign_in("ada", DEVICE_KEY=key))
    config = Client(group, SECRET, key).verifier()
    fails("nobody confirms a key of another sign-in", "ResourceNotFoundException", "Device does not exist.",
          lambda: pool.browser.confirm_device(AccessToken=token, DeviceKey="us-east-1_0-0", DeviceSecretVerifierConfig=config))
    done = pool.browser.confirm_device(AccessToken=token, DeviceKey=key, DeviceName="phone", DeviceSecretVerifierConfig=config)
    tap.ok(done["UserConfirmationNecessary"] is True, "the user must say whether it is to be remembered", done)
    fails("it is confirmed once", "DeviceKeyExistsException", "Device already exists.",
          lambda: pool.browser.confirm_device(AccessToken=token, DeviceKey=key, DeviceSecretVerifierConfig=config))
    return key, group, result


def devices(server):
    pool = Pool(server, DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
                MfaConfiguration="ON", SmsConfiguration={"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"})
    who = pool.user("ada", phone_number="+441632960123", phone_number_verified="true")
    pool.admin.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OFF")
    key, group, result = confirmed(pool)
    token = result["AccessToken"]
    found = {a["Name"]: a["Value"] for a in pool.browser.get_device(AccessToken=token, DeviceKey=key)["Device"]["DeviceAttributes"]}
    tap.ok(found["device_name"] == "phone" and found["device_status"] == "valid" and found["last_ip_used"] == "127.0.0.1" and
           found["dev:device_remembered_status"] == "not_remembered", "a device is described", found)
    fails("a device's tokens are refreshed with its key only", "NotAuthorizedException", "Invalid Refresh Token",
          lambda: pool.refresh(result["RefreshToken"]))
    tap.ok(claims(pool.refresh(result["RefreshToken"], DEVICE_KEY=key)["AccessToken"])["device_key"] == key, "and go on naming it")
    fails("a wrong secret is refused", "NotAuthorizedException", "Incorrect username or password.",
          prove(pool, pool.sign_in("ada", DEVICE_KEY=key), key, group, "another"))
    done = prove(pool, pool.sign_in("ada", DEVICE_KEY=key), key, group)()["AuthenticationResult"]
    tap.ok("NewDeviceMetadata" not in done and claims(done["AccessToken"])["device_key"] == key, "the right one signs in", done)
    pool.admin.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="ON", SmsMfaConfiguration={
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}})
    asked = pool.sign_in("ada", DEVICE_KEY=key)
    tap.ok(asked["ChallengeName"] == "SMS_MFA", "a device that is not remembered does not stand for the second factor", asked)
    pool.browser.update_device_status(AccessToken=token, DeviceKey=key, DeviceRememberedStatus="remembered")
    done = prove(pool, pool.sign_in("ada", DEVICE_KEY=key), key, group)()
    tap.ok("AuthenticationResult" in done, "one that is remembered does", done)
    managed(pool, who, key)


def managed(pool, who, key):
    """What an administrator does to devices."""
    listed = pool.admin.admin_list_devices(**who)["Devices"]
    tap.ok([d["DeviceKey"] for d in listed] == [key], "an administrator lists devices", listed)
    tap.ok(pool.admin.admin_get_device(**who, DeviceKey=key)["Device"] == listed[0], "and looks at one")
    pool.admin.admin_update_device_status(**who, DeviceKey=key, DeviceRememberedStatus="not_remembered")
    tap.ok(pool.sign_in("ada", DEVICE_KEY=key)["ChallengeName"] == "SMS_MFA", "does not remember it any more")
    pool.admin.admin_forget_device(**who, DeviceKey=key)
    fails("or forgets it", "ResourceNotFoundException", "Device does not exist.",
          lambda: pool.admin.admin_get_device(**who, DeviceKey=key))
    tap.ok(pool.admin.admin_list_devices(**who)["Devices"] == [], "then there is none")


def totp(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, int(time.time() // 30).to_bytes(8, "big"), "sha1").digest()
    return "%06d" % (int.from_bytes(mac[mac[-1] & 15:][:4], "big") % (1 << 31) % 10 ** 6)


def choosing(server):
    """Two second factors, neither preferred."""
    pool = Pool(server, SmsConfiguration={"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"})
    pool.user("ada", phone_number="+441632960199", phone_number_verified="true")
    pool.admin.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={
        "Enabled": True}, SmsMfaConfiguration={"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}})
    token = pool.sign_in("ada")["AuthenticationResult"]["AccessToken"]
    secret = pool.browser.associate_software_token(AccessToken=token)["SecretCode"]
    pool.browser.verify_software_token(AccessToken=token, UserCode=totp(secret))
    pool.browser.set_user_mfa_preference(AccessToken=token, SMSMfaSettings={"Enabled": True},
                                         SoftwareTokenMfaSettings={"Enabled": True})
    asked = pool.sign_in("ada")
    tap.ok(asked["ChallengeName"] == "SELECT_MFA_TYPE" and json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"]) == [
        "SMS_MFA", "SOFTWARE_TOKEN_MFA"], "who has two second factors chooses", asked)
    asked = pool.answer(asked, USERNAME="ada", ANSWER="SMS_MFA")
    with open(pool.server.log, errors="replace") as log:
        code = re.findall(r"\b\d{6}\b", [line for line in log if " to +441632960199: " in line][-1])[-1]
    done = pool.answer(asked, USERNAME="ada", SMS_MFA_CODE=code)
    tap.ok("AuthenticationResult" in done, "and signs in with the one that was chosen", done)


def roles(server):
    pool = Pool(server)
    who = pool.user("ada")
    for name, role, more in (("drivers", "D", {"Precedence": 2}), ("guests", "G", {}), ("admins", "A", {"Precedence": 1})):
        pool.admin.create_group(UserPoolId=pool.id, GroupName=name, RoleArn="arn:aws:iam::000000000000:role/" + role, **more)
        pool.admin.admin_add_user_to_group(**who, GroupName=name)
    arn = "arn:aws:iam::000000000000:role/"
    found = claims(pool.sign_in("ada")["AuthenticationResult"]["IdToken"])
    tap.ok((found["cognito:groups"], found["cognito:roles"], found["cognito:preferred_role"]) == (
        ["admins", "drivers", "guests"], [arn + "A", arn + "D", arn + "G"], arn + "A"), "the role of the first group is preferred", found)
    pool.admin.update_group(UserPoolId=pool.id, GroupName="drivers", Precedence=1)
    found = claims(pool.sign_in("ada")["AuthenticationResult"]["IdToken"])
    tap.ok("cognito:preferred_role" not in found, "none is where two are as important", found)
    pool.admin.update_group(UserPoolId=pool.id, GroupName="drivers", Precedence=1, RoleArn=arn + "A")
    found = claims(pool.sign_in("ada")["AuthenticationResult"]["IdToken"])
    tap.ok(found["cognito:preferred_role"] == arn + "A", "unless they have the same", found)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("cloud", os.path.join(folder, "data"))
        for part in (devices, choosing, roles):
            part(server)
        found = sorted(set(sum(complaints, [])))
        tap.ok(not found, "every answer is as the service's model says", "\n".join(found))
        server.kill()
    tap.done()


main()
