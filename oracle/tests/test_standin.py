"""The stand-ins answer as the environments say."""

import json
import struct
import unittest

from standin.containers import ContainerEndpoint
from standin.dns import Names
from standin.keys import Keys
from standin.metadata import ROLE, TOKEN, Metadata
from standin.storage import Storage
from standin.sts import Sts, signer
from standin.wire import Request
from standin.witness import contacted


def get(target: str, **headers: str) -> Request:
    return Request("GET", target, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


def put(target: str) -> Request:
    return Request("PUT", target, {}, b"")


def post(body: str, **headers: str) -> Request:
    return Request("POST", "/", headers, body.encode())


class MetadataAnswers(unittest.TestCase):
    def answer(self, kind: str, request: Request):
        metadata = Metadata(Keys(), "metadata")
        metadata.kind = kind
        return metadata.answer(request)

    def test_version_two_alone_wants_a_token(self):
        self.assertEqual(self.answer("v2only", get(ROLE)).status, 401)
        self.assertEqual(self.answer("v2only", get(ROLE, x_aws_ec2_metadata_token=TOKEN)).status, 200)

    def test_a_hop_limit_loses_the_token_and_nothing_else(self):
        self.assertIsNone(self.answer("hop-limited", put("/latest/api/token")))
        self.assertEqual(self.answer("hop-limited", get(ROLE)).status, 401)
        self.assertIsNone(self.answer("v1open-hop-limited", put("/latest/api/token")))
        self.assertEqual(self.answer("v1open-hop-limited", get(ROLE)).status, 200)

    def test_credentials_name_their_source(self):
        answer = json.loads(self.answer("v1v2", get(ROLE + "/node-role")).body)
        self.assertEqual(Keys().source(answer["AccessKeyId"])["source"], "metadata")

    def test_no_role_has_no_credentials(self):
        self.assertEqual(self.answer("no-role", get(ROLE + "/")).status, 404)


class ContainerAnswers(unittest.TestCase):
    def test_pod_identity_refuses_a_token_that_is_no_jwt(self):
        agent = ContainerEndpoint(Keys(), token_required=True)
        self.assertEqual(agent.answer(get("/v1/credentials")).status, 401)
        self.assertEqual(agent.answer(get("/v1/credentials", authorization="stale")).status, 401)
        self.assertEqual(agent.answer(get("/v1/credentials", authorization="eyJ.token")).status, 200)

    def test_the_path_tells_relative_from_full(self):
        endpoint = ContainerEndpoint(Keys())
        sources = [Keys().source(json.loads(endpoint.answer(get(path)).body)["AccessKeyId"])["source"] for path in ("/v2/credentials/task", "/full/credentials")]
        self.assertEqual(sources, ["container-relative", "container-full"])

    def test_a_status_is_answered_as_named(self):
        endpoint = ContainerEndpoint(Keys())
        endpoint.kind = "status:503"
        self.assertEqual(endpoint.answer(get("/v2/credentials/task")).status, 503)


class StsAnswers(unittest.TestCase):
    def test_an_unsigned_assume_role_is_refused(self):
        self.assertEqual(Sts(Keys()).answer(post("Action=AssumeRole&RoleArn=x")).status, 403)

    def test_an_assumed_role_names_who_assumed_it(self):
        keys = Keys()
        signed = post("Action=AssumeRole&RoleArn=x", authorization=f"AWS4-HMAC-SHA256 Credential={keys.ids['file:base']}/20240101/us-east-1/sts/aws4_request")
        body = Sts(keys).answer(signed).body
        key_id = body.split("<AccessKeyId>")[1].split("<")[0]
        self.assertEqual(keys.source(key_id)["source"], "assume-role<-file:base")

    def test_web_identity_can_be_denied(self):
        sts = Sts(Keys())
        sts.kind = "denied"
        answer = sts.answer(post("Action=AssumeRoleWithWebIdentity&RoleArn=arn:aws:iam::111122223333:role/irsa"))
        self.assertEqual((answer.status, "AccessDenied" in answer.body), (403, True))


class Signers(unittest.TestCase):
    def test_every_way_of_signing_shows_the_key_id(self):
        ways = [
            get("/", authorization="AWS4-HMAC-SHA256 Credential=AKIAX/20240101/us-east-1/s3/aws4_request, SignedHeaders=host"),
            get("/", authorization="AWS AKIAX:c2lnbmF0dXJl"),
            get("/?X-Amz-Credential=AKIAX%2F20240101%2Fus-east-1%2Fs3%2Faws4_request"),
            get("/?AWSAccessKeyId=AKIAX&Signature=x"),
        ]
        self.assertEqual([signer(request) for request in ways], ["AKIAX"] * 4)

    def test_the_stub_tells_unsigned_from_empty_keys(self):
        storage = Storage()
        storage.answer(get("/"))
        self.assertIsNone(storage.signed())
        storage.answer(get("/", authorization="AWS4-HMAC-SHA256 Credential=/20240101/us-east-1/s3/aws4_request"))
        self.assertEqual(storage.signed(), "")


class NamesAndPackets(unittest.TestCase):
    def test_only_amazons_names_exist(self):
        names = Names("127.0.0.2", "127.0.0.3")
        asked = (b"\3sts\x09amazonaws\3com", b"\2s3\x09amazonaws\3com", b"\7example\3com")
        replies = [names.reply(struct.pack("!HHHHHH", 7, 0x100, 1, 0, 0, 0) + name + b"\0\0\1\0\1") for name in asked]
        self.assertEqual([(reply[3] & 15, reply[7]) for reply in replies], [(0, 1), (0, 1), (3, 0)])
        self.assertEqual([reply[-4:] for reply in replies[:2]], [bytes([127, 0, 0, 2]), bytes([127, 0, 0, 3])])

    def test_only_the_first_packet_of_a_connection_counts(self):
        def frame(flags: int) -> bytes:
            ip = bytes([0x45]) + bytes(8) + bytes([6]) + bytes(6) + bytes([169, 254, 169, 254])
            return bytes(14) + ip + struct.pack("!HH", 40000, 80) + bytes(9) + bytes([flags]) + bytes(6)

        self.assertEqual(contacted(frame(0x02)), ("169.254.169.254", 80))
        self.assertIsNone(contacted(frame(0x12)))
        self.assertIsNone(contacted(frame(0x10)))
