"""GDAL in rasterio's wheel: opening a file below /vsis3/."""

from serve import serve

import rasterio


def probe() -> dict:
    with rasterio.Env(session=None, AWS_S3_ENDPOINT="stub.oracle.test:9000", AWS_HTTPS="NO", AWS_VIRTUAL_HOSTING="FALSE"):
        rasterio.open("/vsis3/oracle-bucket/file.tif")
    return {"error": "the stub answered"}


serve(probe)
