"""The C++ SDK through pyarrow: a listing with default credentials."""

from pyarrow import fs
from serve import serve


def probe() -> dict:
    store = fs.S3FileSystem(endpoint_override="stub.oracle.test:9000", scheme="http", region="us-east-1")
    store.get_file_info(fs.FileSelector("oracle-bucket"))
    return {"error": "the stub answered"}


serve(probe)
