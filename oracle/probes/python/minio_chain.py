"""minio-py: the chain its documentation shows, all providers that need no argument, in the order of the package."""

from minio.credentials import AWSConfigProvider, ChainedProvider, EnvAWSProvider, EnvMinioProvider, IamAwsProvider, MinioClientConfigProvider
from serve import serve


def probe() -> dict:
    chain = ChainedProvider([EnvAWSProvider(), EnvMinioProvider(), AWSConfigProvider(), MinioClientConfigProvider(), IamAwsProvider()])
    return {"credentials": {"access_key_id": chain.retrieve().access_key}}


serve(probe)
