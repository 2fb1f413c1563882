"""boto3: the default session's credentials."""

import boto3
from serve import serve


def probe() -> dict:
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        return {"none": "no credentials"}
    return {"credentials": {"access_key_id": credentials.get_frozen_credentials().access_key}}


serve(probe)
