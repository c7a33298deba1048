#!/usr/bin/env python3
"""IAM by boto3: client, resource, paginators and waiters; every answer is held against botocore's model."""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import Server, Tap
from model import watch

tap = Tap()
fails = tap.fails_saying
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
WRITE = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "arn:aws:dynamodb:*:*:table/Rides"}]}
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def options(server, person):
    return {"aws_access_key_id": person["accessKeyId"], "aws_secret_access_key": person["secretAccessKey"],
            "region_name": person["region"], "endpoint_url": "http://127.0.0.1:%d" % server.cloud_port,
            "config": Config(retries={"total_max_attempts": 1})}


def lab_one(iam):
    """What the first lab's third module does."""
    made = iam.create_role(RoleName="WildRydesLambda", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    tap.ok(made["AssumeRolePolicyDocument"] == TRUST, "a role's trust comes back as it was put", made)
    iam.get_waiter("role_exists").wait(RoleName="WildRydesLambda")
    iam.attach_role_policy(RoleName="WildRydesLambda", PolicyArn=BASIC)
    iam.put_role_policy(RoleName="WildRydesLambda", PolicyName="DynamoDBWriteAccess", PolicyDocument=json.dumps(WRITE))
    attached = iam.list_attached_role_policies(RoleName="WildRydesLambda")["AttachedPolicies"]
    tap.ok(attached == [{"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": BASIC}], "it has AWS's policy", attached)
    got = iam.get_role_policy(RoleName="WildRydesLambda", PolicyName="DynamoDBWriteAccess")
    tap.ok(got["PolicyDocument"] == WRITE, "and its own", got)
    role = iam.get_role(RoleName="WildRydesLambda")["Role"]
    tap.ok(role["RoleLastUsed"] == {} and role["MaxSessionDuration"] == 3600, "nobody has used it yet", role)
    tap.ok(iam.update_role(RoleName="WildRydesLambda", MaxSessionDuration=7200), "an answer without members can be read")
    fails("it cannot be deleted while it has policies", "DeleteConflict", "must detach all policies first",
          lambda: iam.delete_role(RoleName="WildRydesLambda"))


def lists(iam, unwatched):
    for i in range(7):
        iam.create_role(RoleName="r%d" % i, Path="/many/", AssumeRolePolicyDocument=json.dumps(TRUST))
    pages = list(iam.get_paginator("list_roles").paginate(PathPrefix="/many/", PaginationConfig={"PageSize": 3}))
    names = [r["RoleName"] for p in pages for r in p["Roles"]]
    tap.ok(len(pages) == 3 and names == ["r%d" % i for i in range(7)], "roles come page by page, each once", names)
    names = [p["PolicyName"] for page in iam.get_paginator("list_policies").paginate(Scope="AWS") for p in page["Policies"]]
    tap.ok(len(names) == len(set(names)) and {"AdministratorAccess", "AWSLambdaBasicExecutionRole",
           "AmazonEKSClusterPolicy", "AWSCodeDeployRoleForLambda"} <= set(names), "AWS's policies are listed", len(names))
    # Not watched: ReadOnlyAccess is longer, percent-encoded, than the model says a document may be.
    documents = [unwatched.get_policy_version(PolicyArn=p["Arn"], VersionId=p["DefaultVersionId"])["PolicyVersion"]["Document"]
                 for page in iam.get_paginator("list_policies").paginate(Scope="AWS") for p in page["Policies"]]
    tap.ok(all(d["Statement"] for d in documents), "each has its document", len(documents))


def managed(iam):
    arn = iam.create_policy(PolicyName="WriteRides", PolicyDocument=json.dumps(WRITE),
                            Tags=[{"Key": "lab", "Value": "1"}])["Policy"]["Arn"]
    iam.get_waiter("policy_exists").wait(PolicyArn=arn)
    second = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(TRUST | {"Statement": [
        {"Effect": "Deny", "Action": "*", "Resource": "*"}]}), SetAsDefault=True)["PolicyVersion"]
    tap.ok(second["VersionId"] == "v2" and second["IsDefaultVersion"], "a policy gets a second version", second)
    iam.attach_role_policy(RoleName="r0", PolicyArn=arn)
    holders = iam.list_entities_for_policy(PolicyArn=arn)
    tap.ok([r["RoleName"] for r in holders["PolicyRoles"]] == ["r0"], "it tells who has it", holders)
    tap.ok(iam.get_policy(PolicyArn=arn)["Policy"]["Tags"] == [{"Key": "lab", "Value": "1"}], "it has its tags")
    iam.put_role_permissions_boundary(RoleName="r1", PermissionsBoundary=arn)
    boundary = iam.get_role(RoleName="r1")["Role"]["PermissionsBoundary"]
    tap.ok(boundary["PermissionsBoundaryArn"] == arn, "a role has a permissions boundary", boundary)
    iam.delete_role_permissions_boundary(RoleName="r1")


def profiles(iam):
    iam.create_instance_profile(InstanceProfileName="web")
    iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="r0")
    got = iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    tap.ok(got["Roles"][0]["RoleName"] == "r0", "an instance profile has its role", got)
    listed = iam.list_instance_profiles_for_role(RoleName="r0")["InstanceProfiles"]
    tap.ok([p["InstanceProfileName"] for p in listed] == ["web"], "the role tells the profile", listed)


def people(iam, person):
    me = iam.get_user()["User"]
    tap.ok(me["Arn"] == "arn:aws:iam::%s:user/participant" % person["account"], "an attendee is a user", me)
    iam.create_user(UserName="anna")
    iam.get_waiter("user_exists").wait(UserName="anna")
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="anna")
    iam.put_group_policy(GroupName="team", PolicyName="write", PolicyDocument=json.dumps(WRITE))
    tap.ok([u["UserName"] for u in iam.get_group(GroupName="team")["Users"]] == ["anna"], "a group has its users")
    iam.tag_user(UserName="anna", Tags=[{"Key": "a", "Value": "b"}])
    tap.ok(iam.list_user_tags(UserName="anna")["Tags"] == [{"Key": "a", "Value": "b"}], "a user has tags")


def refused(name, words, call):
    """The call is refused for want of permission, in these words."""
    fails(name, "AccessDenied", words, call)


def enforced(server, person, iam):
    """A user's own key does what its policies allow, and nothing else; a change counts at once."""
    iam.create_user(UserName="ben", Path="/lab/")
    arn = "arn:aws:iam::%s:user/lab/ben" % person["account"]
    key = iam.create_access_key(UserName="ben")["AccessKey"]
    his = options(server, dict(person, accessKeyId=key["AccessKeyId"], secretAccessKey=key["SecretAccessKey"]))
    ben = boto3.client("iam", **his)
    refused("a user without policies may not list roles",
            "User: %s is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::%s:role/"
            % (arn, person["account"]), ben.list_roles)
    mine = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:GetUser", "iam:ListRoles"], "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::*:role/lab/*"},
        {"Effect": "Allow", "Action": "iam:AttachRolePolicy", "Resource": "*",
         "Condition": {"ArnEquals": {"iam:PolicyARN": BASIC}}},
        {"Effect": "Allow", "Action": "iam:TagRole", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}]}
    iam.put_user_policy(UserName="ben", PolicyName="lab", PolicyDocument=json.dumps(mine))
    tap.ok(ben.list_roles()["Roles"] and ben.get_user()["User"]["Arn"] == arn, "with a policy he may, and knows himself")
    ben.create_role(RoleName="his", Path="/lab/", AssumeRolePolicyDocument=json.dumps(TRUST))
    tap.ok(ben.get_role(RoleName="his")["Role"]["Path"] == "/lab/", "a role below his path is his")
    refused("another path is not", "iam:CreateRole on resource: arn:aws:iam::%s:role/other" % person["account"],
            lambda: ben.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(TRUST)))
    ben.attach_role_policy(RoleName="r2", PolicyArn=BASIC)
    refused("he may attach the one policy only", "iam:AttachRolePolicy",
            lambda: ben.attach_role_policy(RoleName="r2", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"))
    refused("a role without the tag is not his to tag", "iam:TagRole",
            lambda: ben.tag_role(RoleName="r3", Tags=[{"Key": "a", "Value": "b"}]))
    iam.tag_role(RoleName="r3", Tags=[{"Key": "team", "Value": "blue"}])
    ben.tag_role(RoleName="r3", Tags=[{"Key": "a", "Value": "b"}])
    iam.create_instance_profile(InstanceProfileName="lab")
    iam.put_user_policy(UserName="ben", PolicyName="profile", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:AddRoleToInstanceProfile", "Resource": "*"}}))
    refused("a role goes into a profile only by who may pass it", "iam:PassRole",
            lambda: ben.add_role_to_instance_profile(InstanceProfileName="lab", RoleName="r2"))
    iam.put_user_permissions_boundary(UserName="ben", PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    refused("a permissions boundary limits him at once", "permissions boundary", ben.list_roles)
    iam.delete_user_permissions_boundary(UserName="ben")
    iam.update_access_key(UserName="ben", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    fails("an inactive key is nobody's", "InvalidClientTokenId", "security token", ben.list_roles)
    iam.update_access_key(UserName="ben", AccessKeyId=key["AccessKeyId"], Status="Active")
    iam.update_user(UserName="ben", NewUserName="benjamin", NewPath="/")
    tap.ok(ben.get_user()["User"]["Arn"] == "arn:aws:iam::%s:user/benjamin" % person["account"],
           "a user who is renamed keeps the key, under the new name")
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    tap.ok(used["UserName"] == "benjamin" and used["AccessKeyLastUsed"]["ServiceName"] in ("iam", "sts"),
           "the key tells where it was used last", used)


def rest(iam, person):
    """Whatever else answers, once, for the model's sake."""
    account = "arn:aws:iam::%s:" % person["account"]
    iam.create_service_linked_role(AWSServiceName="elasticloadbalancing.amazonaws.com")
    task = iam.delete_service_linked_role(RoleName="AWSServiceRoleForElasticLoadBalancing")["DeletionTaskId"]
    tap.ok(iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED",
           "a service-linked role comes and goes")
    pages = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 5})
    roles = [r["RoleName"] for p in pages for r in p["RoleDetailList"]]
    tap.ok(len(roles) == len(set(roles)) and "WildRydesLambda" in roles, "all of the account comes page by page", roles)
    iam.update_account_password_policy(MinimumPasswordLength=8)
    iam.get_account_password_policy()
    iam.create_login_profile(UserName="anna", Password="correct horse")
    iam.get_login_profile(UserName="anna")
    iam.create_account_alias(AccountAlias="rydes")
    iam.list_account_aliases()
    tap.ok(iam.get_account_summary()["SummaryMap"]["Users"] == 3, "the summary counts users")
    try:
        iam.get_credential_report()
        tap.ok(False, "a report that nobody asked for is not there")
    except botocore.exceptions.ClientError as error:
        tap.ok(error.response["Error"] == {"Type": "Sender", "Code": "ReportNotPresent"},
               "an error without a message has no element for it", error.response)
    iam.generate_credential_report()
    report = iam.get_credential_report()
    tap.ok(report["Content"].decode().split("\n")[1].startswith("anna," + account + "user/anna,"),
           "the credential report is a table", report)
    provider = iam.create_open_id_connect_provider(Url="https://example.com", ClientIDList=["x"])["OpenIDConnectProviderArn"]
    tap.ok(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["ClientIDList"] == ["x"], "a provider is kept")
    iam.list_open_id_connect_providers()
    made = iam.create_service_specific_credential(UserName="anna", ServiceName="codecommit.amazonaws.com")
    tap.ok(made["ServiceSpecificCredential"]["ServiceUserName"].startswith("anna-at-"), "a user has credentials for git", made)
    iam.list_service_specific_credentials(UserName="anna")
    iam.list_ssh_public_keys(UserName="anna")
    iam.list_access_keys(UserName="anna")
    result = iam.simulate_principal_policy(PolicySourceArn=account + "role/WildRydesLambda",
                                           ActionNames=["dynamodb:PutItem", "dynamodb:Scan"],
                                           ResourceArns=["arn:aws:dynamodb:eu-west-1:%s:table/Rides" % person["account"]])
    tap.ok([r["EvalDecision"] for r in result["EvaluationResults"]] == ["allowed", "implicitDeny"],
           "the lab's role may put and not scan", result)
    iam.get_context_keys_for_principal_policy(PolicySourceArn=account + "role/WildRydesLambda")
    granting = iam.list_policies_granting_service_access(Arn=account + "role/WildRydesLambda", ServiceNamespaces=["logs"])
    tap.ok(granting["PoliciesGrantingServiceAccess"][0]["Policies"][0]["PolicyArn"] == BASIC,
           "what grants access to a service is named", granting)


def resource(server, person):
    iam = boto3.resource("iam", **options(server, person))
    complaints = watch(iam.meta.client)
    role = iam.create_role(RoleName="by-resource", AssumeRolePolicyDocument=json.dumps(TRUST))
    role.attach_policy(PolicyArn=BASIC)
    iam.RolePolicy("by-resource", "inline").put(PolicyDocument=json.dumps(WRITE))
    tap.ok([p.policy_name for p in role.attached_policies.all()] == ["AWSLambdaBasicExecutionRole"]
           and [p.name for p in role.policies.all()] == ["inline"], "a resource walks a role's policies")
    tap.ok(iam.Policy(BASIC).default_version.document["Version"] == "2012-10-17", "and reads a policy's document")
    for policy in list(role.attached_policies.all()):
        policy.detach_role(RoleName="by-resource")
    for policy in list(role.policies.all()):
        policy.delete()
    role.delete()
    tap.ok("by-resource" not in [r.name for r in iam.roles.all()], "and cleans up")
    return complaints


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        person = server.join("Ada")
        iam = boto3.client("iam", **options(server, person))
        complaints = [watch(iam)]
        lab_one(iam)
        lists(iam, boto3.client("iam", **options(server, person)))
        managed(iam)
        profiles(iam)
        people(iam, person)
        enforced(server, person, iam)
        rest(iam, person)
        complaints.append(resource(server, person))
        tap.ok(not sum(complaints, []), "every answer is what botocore's model says", "\n".join(sum(complaints, [])))
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
