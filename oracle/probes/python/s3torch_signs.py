"""The CRT through s3torchconnector's client: a listing."""

from serve import serve


def probe() -> dict:
    from s3torchconnectorclient import S3Exception
    from s3torchconnectorclient._mountpoint_s3_client import MountpointS3Client

    client = MountpointS3Client(region="us-east-1", user_agent_prefix="oracle", endpoint="http://stub.oracle.test:9000", force_path_style=True)
    try:
        list(client.list_objects("oracle-bucket"))
    except S3Exception as failure:
        return {"error": f"S3Exception: {failure}"}
    return {"error": "the stub answered"}


serve(probe)
