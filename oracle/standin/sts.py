"""STS (web identity and AssumeRole) and the SSO portal's one call."""

import json
import re
from xml.sax.saxutils import escape

from .keys import FUTURE, Keys, secret_of, token_of
from .wire import Request, Response

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
#: The portal refuses every other token, expired ones among them.
SSO_TOKEN = "fakeAccessToken"
ERRORS = {
    "denied": (403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
    "expired-token": (400, "ExpiredTokenException", "Token expired: current date/time must be before the expiration date/time"),
    "validation": (400, "ValidationError", "Request ARN is invalid"),
    "unsigned": (403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
}
CREDENTIAL = re.compile(r"Credential=([^/]*)/|^AWS ([^:]*):")


def signer(request: Request) -> str | None:
    """The key id a request is signed with, in its header or its query; None when it is unsigned."""
    if found := CREDENTIAL.search(request.headers.get("authorization", "")):
        return found[1] if found[2] is None else found[2]
    query = request.query
    credential = query.get("X-Amz-Credential") or query.get("AWSAccessKeyId")
    return credential.split("/")[0] if credential else None


class Sts:
    """Answers as an environment's `endpoints.sts`."""

    def __init__(self, keys: Keys):
        self.keys = keys
        self.kind = "ok"

    def answer(self, request: Request) -> Response | None:
        if request.path == "/federation/credentials":
            return self.portal(request.headers.get("x-amz-sso_bearer_token"))
        if self.kind.startswith("status:"):
            return Response(int(self.kind.removeprefix("status:")), "", "text/xml")
        parameters = request.parameters
        action = parameters.get("Action", "")
        if action == "AssumeRoleWithWebIdentity":
            return self.web_identity(parameters.get("RoleArn", ""))
        if (key_id := signer(request)) is None:
            return self.failure("unsigned")
        return self.assume_role(key_id) if action == "AssumeRole" else self.caller_identity()

    def web_identity(self, role: str) -> Response:
        if self.kind in ERRORS:
            return self.failure(self.kind)
        return self.credentials("AssumeRoleWithWebIdentity", "web-identity-profile" if role.endswith("-profile") else "web-identity")

    def assume_role(self, key_id: str) -> Response:
        if self.kind in ERRORS:
            return self.failure(self.kind)
        entry = self.keys.source(key_id) or {"source": key_id}
        return self.credentials("AssumeRole", f"assume-role<-{entry['source']}")

    def credentials(self, action: str, source: str) -> Response:
        key_id = self.keys.issue(source)
        return xml(action, f"""<Credentials><AccessKeyId>{key_id}</AccessKeyId><SecretAccessKey>{secret_of(key_id)}</SecretAccessKey>
<SessionToken>{token_of(key_id)}</SessionToken><Expiration>{FUTURE}</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/role/session</Arn><AssumedRoleId>AROAFAKEFAKEFAKEFAKE:session</AssumedRoleId></AssumedRoleUser>
<SubjectFromWebIdentityToken>system:serviceaccount:default:app</SubjectFromWebIdentityToken><Audience>sts.amazonaws.com</Audience>""")

    def caller_identity(self) -> Response:
        return xml("GetCallerIdentity", "<Arn>arn:aws:iam::111122223333:user/x</Arn><UserId>AIDAFAKEFAKEFAKEFAKE</UserId><Account>111122223333</Account>")

    def portal(self, token: str | None) -> Response:
        if token != SSO_TOKEN:
            body = json.dumps({"message": "Session token not found or invalid"})
            return Response(401, body, "application/json", {"x-amzn-ErrorType": "UnauthorizedException"})
        key_id = self.keys.issue("sso")
        role = {"accessKeyId": key_id, "secretAccessKey": secret_of(key_id), "sessionToken": token_of(key_id), "expiration": 4070908800000}
        return Response(body=json.dumps({"roleCredentials": role}), content_type="application/json")

    def failure(self, kind: str) -> Response:
        status, code, message = ERRORS[kind]
        body = f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error><RequestId>0</RequestId></ErrorResponse>'
        return Response(status, body, "text/xml")


def xml(action: str, result: str) -> Response:
    body = f'<{action}Response xmlns="{NAMESPACE}"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{action}Response>'
    return Response(body=body, content_type="text/xml")
