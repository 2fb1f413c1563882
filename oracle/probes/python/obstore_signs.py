"""object_store through obstore: a listing from a store that was given nothing but an endpoint."""

from serve import serve

import obstore
from obstore.store import S3Store


def probe() -> dict:
    store = S3Store("oracle-bucket", endpoint="http://stub.oracle.test:9000", virtual_hosted_style_request=False, client_options={"allow_http": True})
    obstore.list(store).collect()
    return {"error": "the stub answered"}


serve(probe)
