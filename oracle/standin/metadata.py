"""The instance metadata service, and its many ways of not working."""

import json

from .keys import FUTURE, PAST, Keys, fields
from .wire import Request, Response

ROLE = "/latest/meta-data/iam/security-credentials"
TOKEN = "fakeMetadataSessionToken=="
IDENTITY = {"region": "us-east-1", "accountId": "111122223333", "instanceId": "i-00000000000000000", "availabilityZone": "us-east-1a"}
PLAIN = {
    "/latest/dynamic/instance-identity/document": json.dumps(IDENTITY),
    "/latest/meta-data/placement/region": "us-east-1",
    "/latest/meta-data/placement/availability-zone": "us-east-1a",
    "/latest/meta-data/placement/availability-zone/": "us-east-1a",
    "/latest/meta-data/instance-id": "i-00000000000000000",
    "/latest/meta-data/ami-id": "ami-00000000000000000",
}
TOKEN_STATUS = {"no-token-404": 404, "no-token-403": 403}
TOKEN_LOST = {"v1open-hop-limited", "hop-limited"}
TOKEN_REQUIRED = {"v2only", "hop-limited"}


class Metadata:
    """Answers as the kind named in an environment's `endpoints.metadata`."""

    def __init__(self, keys: Keys, source: str):
        self.keys = keys
        self.source = source
        self.kind = "v1v2"

    def answer(self, request: Request) -> Response | None:
        if self.kind == "forbidden":
            return Response(403)
        if request.method == "PUT":
            return self.token(request)
        if self.kind in TOKEN_REQUIRED and request.headers.get("x-aws-ec2-metadata-token") != TOKEN:
            return Response(401)
        return self.get(request.path)

    def token(self, request: Request) -> Response | None:
        if self.kind in TOKEN_LOST:
            return None
        if self.kind in TOKEN_STATUS:
            return Response(TOKEN_STATUS[self.kind])
        seconds = request.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        return Response(body=TOKEN, headers={"x-aws-ec2-metadata-token-ttl-seconds": seconds})

    def get(self, path: str) -> Response:
        if path in PLAIN:
            return Response(body=PLAIN[path])
        if not path.startswith(ROLE) or self.kind == "no-role" or path.startswith(ROLE + "-"):
            return Response(404)
        if path.rstrip("/") == ROLE:
            return Response(body="node-role")
        return Response(body=self.credentials(), content_type="application/json")

    def credentials(self) -> str:
        if self.kind == "failed":
            return json.dumps({"Code": "Failed", "Message": "The role cannot be assumed.", "LastUpdated": "2024-01-01T00:00:00Z"})
        found = fields(self.keys.issue(self.source), PAST if self.kind == "expired" else FUTURE)
        return json.dumps({"Code": "Success", "LastUpdated": "2024-01-01T00:00:00Z", "Type": "AWS-HMAC", **found}, indent=2)
