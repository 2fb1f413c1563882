"""object_store through polars: reading a file."""

from serve import serve

import polars


def probe() -> dict:
    options = {"aws_endpoint_url": "http://stub.oracle.test:9000", "aws_allow_http": "true"}
    polars.scan_parquet("s3://oracle-bucket/file.parquet", storage_options=options, credential_provider=None).collect()
    return {"error": "the stub answered"}


serve(probe)
