"""The AWS CLI, v1 or v2: `aws configure export-credentials`. Only the key id is passed on."""

import contextlib
import io
import json
import os

import awscli.clidriver
from serve import serve

# Importing the CLI points this variable at its own data.
DATA_PATH = os.environ["AWS_DATA_PATH"]


def probe() -> dict:
    os.environ["AWS_DATA_PATH"] = DATA_PATH
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        status = run()
    if status == 0:
        return {"credentials": {"access_key_id": json.loads(said.getvalue())["AccessKeyId"]}}
    text = " ".join(complained.getvalue().split())
    return {"none" if "Unable to retrieve credentials" in text else "error": f"status {status}: {text}"}


def run() -> int:
    """The status the `aws` command would end with."""
    try:
        return awscli.clidriver.create_clidriver().main(["configure", "export-credentials"])
    except SystemExit as end:
        return end.code


# Its plug-ins are imported when a driver is made; one made here saves each fork that work, and asks nobody anything. It must
# not stumble over the files of the environment that happens to be first.
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
awscli.clidriver.create_clidriver()
serve(probe)
