"""The CRT through tensorstore: reading a key."""

from serve import serve


def probe() -> dict:
    import tensorstore

    store = {"driver": "s3", "bucket": "oracle-bucket", "path": "", "endpoint": "http://stub.oracle.test:9000", "aws_region": "us-east-1"}
    tensorstore.KvStore.open(store).result().read("key").result()
    return {"error": "the stub answered"}


serve(probe)
