"""reqsign through opendal: a listing with an operator that was given an endpoint and a region."""

from serve import serve

import opendal


def probe() -> dict:
    operator = opendal.Operator("s3", bucket="oracle-bucket", endpoint="http://stub.oracle.test:9000", region="us-east-1")
    list(operator.list("/"))
    return {"error": "the stub answered"}


serve(probe)
