"""boto 2: the key of a default S3 connection."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent / "python"))

from serve import serve  # noqa: E402


def probe() -> dict:
    # It reads its configuration while it is imported.
    import boto

    try:
        return {"credentials": {"access_key_id": boto.connect_s3().access_key}}
    except boto.exception.NoAuthHandlerFound as failure:
        return {"none": f"NoAuthHandlerFound: {failure}"}


serve(probe)
