"""The ECS agent, the EKS Pod Identity agent, and a container endpoint on the host itself."""

import json

from .keys import FUTURE, PAST, Keys, fields
from .metadata import Metadata
from .wire import Request, Response

#: s3fs counts the fields: metadata's answer names no role, a container's does.
ROLE = "arn:aws:iam::111122223333:role/container"


class ContainerEndpoint:
    """Answers as an environment's `ok`, `expired`, `malformed`, `code-and-message` or `status:N`."""

    def __init__(self, keys: Keys, token_required: bool = False, metadata: Metadata | None = None):
        self.keys = keys
        self.token_required = token_required
        self.metadata = metadata
        self.kind = "ok"

    def answer(self, request: Request) -> Response | None:
        if self.metadata and request.path.startswith("/latest/"):
            return self.metadata.answer(request)
        if self.kind.startswith("status:"):
            return self.failure(int(self.kind.removeprefix("status:")))
        if self.kind == "malformed":
            return Response(body="this is not JSON", content_type="application/json")
        if self.kind == "code-and-message":
            return self.failure(200)
        if self.token_required and not request.headers.get("authorization", "").startswith("eyJ"):
            return self.failure(401)
        if not request.path.strip("/"):
            return self.failure(404)
        found = fields(self.keys.issue(self.source(request)), PAST if self.kind == "expired" else FUTURE)
        return Response(body=json.dumps({"RoleArn": ROLE, **found}), content_type="application/json")

    def failure(self, status: int) -> Response:
        body = json.dumps({"code": "InvalidIdInRequest", "message": "CredentialsV2Request: no task found", "HTTPErrorCode": status})
        return Response(status, body, "application/json")

    def source(self, request: Request) -> str:
        """The path tells which variable led here: only RELATIVE URIs begin with `/v2/` in the environments."""
        if self.token_required:
            return "pod-identity"
        return "container-relative" if request.path.startswith("/v2/") else "container-full"
