"""The CRT: its default chain."""

from serve import serve


def probe() -> dict:
    from awscrt.auth import AwsCredentialsProvider
    from awscrt.io import ClientBootstrap, DefaultHostResolver, EventLoopGroup

    group = EventLoopGroup(1)
    bootstrap = ClientBootstrap(group, DefaultHostResolver(group))
    credentials = AwsCredentialsProvider.new_default_chain(bootstrap).get_credentials().result()
    return {"credentials": {"access_key_id": credentials.access_key_id}}


serve(probe)
