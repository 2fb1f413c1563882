"""object_store through deltalake: is there a table?"""

from serve import serve

from deltalake import DeltaTable


def probe() -> dict:
    options = {"AWS_ENDPOINT_URL": "http://stub.oracle.test:9000", "AWS_ALLOW_HTTP": "true"}
    DeltaTable.is_deltatable("s3://oracle-bucket/table", options)
    return {"error": "the stub answered"}


serve(probe)
