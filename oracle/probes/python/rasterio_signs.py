"""GDAL in rasterio's wheel: opening a file below /vsis3/, under S3's own name, since plain HTTP would hold for STS too."""

from serve import serve

import rasterio


def probe() -> dict:
    with rasterio.Env(session=None):
        rasterio.open("/vsis3/oracle-bucket/file.tif")
    return {"error": "the stub answered"}


serve(probe)
