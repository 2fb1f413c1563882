"""The AWS CLI v1, which cannot export credentials: `aws s3api list-buckets`."""

import contextlib
import io
import os

import awscli.clidriver
from serve import serve

# Importing the CLI points this variable at its own data.
DATA_PATH = os.environ["AWS_DATA_PATH"]


def probe() -> dict:
    os.environ["AWS_DATA_PATH"] = DATA_PATH
    complained = io.StringIO()
    with contextlib.redirect_stderr(complained):
        try:
            status = awscli.clidriver.create_clidriver().main(["s3api", "list-buckets", "--endpoint-url", "http://stub.oracle.test:9000"])
        except SystemExit as end:
            status = end.code
    text = " ".join(complained.getvalue().split())
    return {"none" if "Unable to locate credentials" in text else "error": f"status {status}: {text}"}


# Its plug-ins are imported when a driver is made; one made here saves each fork that work, and asks nobody anything. It must
# not stumble over the files of the environment that happens to be first.
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
awscli.clidriver.create_clidriver()
serve(probe)
