"""A stub S3 endpoint that refuses everything and remembers who signed."""

from .sts import signer
from .wire import Request, Response

DENIED = "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>0</RequestId></Error>"


class Storage:
    """`signers` holds the key id of each request, None for an unsigned one."""

    def __init__(self) -> None:
        self.signers: list[str | None] = []

    def answer(self, request: Request) -> Response:
        self.signers.append(signer(request))
        return Response(403, DENIED, "application/xml")

    def signed(self) -> str | None:
        """The first key id seen."""
        return next((key_id for key_id in self.signers if key_id is not None), None)
