"""Packs what functions find in their sandbox into one archive, the same bytes for the same contents.

    pack.py FOLDER SITE-PACKAGES ARCHIVE

FOLDER is what bundle.mjs made; SITE-PACKAGES is where pip installed requirements.txt. Of botocore's descriptions of
services only those of this cloud travel. Python's compiled files do too: in the sandbox nothing can be written
beside the sources, and without them each start would compile them again.
"""
import compileall
import lzma
import os
import py_compile
import shutil
import sys
import tarfile

SERVICES = {"amplify", "apigateway", "apigatewaymanagementapi", "apigatewayv2", "cloudwatch", "codecommit", "cognito-identity",
            "cognito-idp", "dynamodb", "dynamodbstreams", "events", "iam", "lambda", "logs", "s3", "sns", "sqs", "stepfunctions",
            "sts"}
# Whole folders and files that no program asks for.
LEFT_OUT = ("bin", "boto3/examples")


def wanted(path):
    parts = path.split(os.sep)
    if parts[-1] == "__pycache__" or path in LEFT_OUT or parts[-1].endswith((".typed", ".pyc")):
        return False
    return not (parts[:2] in (["botocore", "data"], ["boto3", "data"]) and len(parts) == 3 and "." not in parts[2]
                and parts[2] not in SERVICES)


def copy_python(site, to):
    for folder, folders, files in os.walk(site):
        inside = os.path.relpath(folder, site)
        folders[:] = sorted(f for f in folders if wanted(os.path.normpath(os.path.join(inside, f))))
        os.makedirs(os.path.join(to, inside), exist_ok=True)
        for file in files:
            if wanted(os.path.normpath(os.path.join(inside, file))):
                shutil.copyfile(os.path.join(folder, file), os.path.join(to, inside, file))
    compileall.compile_dir(to, quiet=1, stripdir=to, prependdir="/var/runtime",
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def entry(info):
    info.mtime = info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o755 if info.isdir() else 0o644
    return info


def main(folder, site, archive):
    shutil.rmtree(os.path.join(folder, "python"), ignore_errors=True)
    copy_python(site, os.path.join(folder, "python"))
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 64 << 20}]
    with lzma.open(archive + ".new", "wb", filters=filters) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name in sorted(os.listdir(folder)):
            tar.add(os.path.join(folder, name), name, filter=entry)
    os.replace(archive + ".new", archive)


main(*sys.argv[1:])
