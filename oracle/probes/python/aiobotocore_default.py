"""aiobotocore: the default session's credentials."""

import asyncio

from aiobotocore.session import get_session
from serve import serve


async def ask() -> dict:
    credentials = await get_session().get_credentials()
    if credentials is None:
        return {"none": "no credentials"}
    return {"credentials": {"access_key_id": (await credentials.get_frozen_credentials()).access_key}}


def probe() -> dict:
    return asyncio.run(ask())


serve(probe)
