"""The runner reads outcomes and environments as the contract says."""

import subprocess
import sys
import unittest
from pathlib import Path

from runner import environments, execution, sandbox
from runner.outcome import because, classify, observed, of_lines
from standin.keys import Keys

ORACLE = Path(__file__).parent.parent


class Outcomes(unittest.TestCase):
    def test_the_last_line_of_the_output_counts(self):
        self.assertEqual(of_lines('a warning\n{"none": "x"}\n'), {"none": "x"})
        self.assertIsNone(of_lines('{"none": "x"}\nno JSON'))

    def test_a_key_id_becomes_its_source(self):
        self.assertEqual(classify({"credentials": {"access_key_id": "AKIAFAKEENVAAAAAAAAA"}}, Keys()), {"kind": "credentials", "source": "env"})

    def test_an_alias_names_its_variable(self):
        self.assertEqual(classify({"credentials": {"access_key_id": "AKIAFAKEALIASAWSAAAA"}}, Keys()),
                         {"kind": "credentials", "source": "env-alias", "variable": "AWS_ACCESS_KEY"})

    def test_a_key_of_nobody_is_unknown(self):
        self.assertEqual(classify({"credentials": {"access_key_id": "AKIANOBODY"}}, Keys())["kind"], "unknown")

    def test_silence_is_a_crash(self):
        self.assertEqual(classify(None, Keys())["kind"], "crash")

    def test_a_program_that_stops_at_the_proxy_tells_nothing(self):
        self.assertEqual(observed({"heeds_no_proxy": False}, {"kind": "error"}, ["ecs", "proxy"])["kind"], "unknown")
        self.assertEqual(observed({"heeds_no_proxy": True}, {"kind": "error"}, ["ecs", "proxy"])["kind"], "error")

    def test_reasons_are_the_same_in_every_run(self):
        self.assertEqual(because("Error at 0x7f12ab after 1.5s\n in request 12345678"), because("Error at 0x7fffff after 22ms\n in request 87654321"))


class Environments(unittest.TestCase):
    def test_a_tilde_is_home_at_the_start_and_after_equals_and_colon(self):
        texts = ["~/token", "file=~/token", "a:~/b", "not~/this", "~user"]
        self.assertEqual([sandbox.expand(text) for text in texts], ["/mnt/home/token", "file=/mnt/home/token", "a:/mnt/home/b", "not~/this", "~user"])

    def test_the_committed_environments_are_what_the_combinations_make(self):
        paths = [*environments.FOLDER.glob("generated-*.yaml"), environments.HELD_OUT]
        before = {path: path.read_text() for path in paths}
        subprocess.run([sys.executable, str(ORACLE / "generate.py")], check=True, capture_output=True)
        self.assertEqual({path: path.read_text() for path in paths}, before)

    def test_there_are_enough_of_them_and_a_quarter_is_held_out(self):
        known = environments.load()
        self.assertGreaterEqual(len(known), 330)
        self.assertAlmostEqual(sum(map(environments.held_out, known)) / len(known), 0.25, delta=0.05)


class Processes(unittest.TestCase):
    CLIENT = {"name": "x", "run": ["program", "{system_properties}", "{cache}/x"], "kind": "signs", "variables": {}, "cache": "/c", "probe": "/p"}

    def test_system_properties_become_arguments(self):
        self.assertEqual(execution.arguments(self.CLIENT, {"aws.profile": "app"}, {"{cache}": "/c"}), ["program", "-Daws.profile=app", "-Duser.home=/mnt/home", "/c/x"])

    def test_the_stub_is_reached_past_the_proxy_and_nothing_else_is(self):
        exempt = execution.exempt_stub({"HTTP_PROXY": "http://127.0.0.1:3128", "NO_PROXY": "a"})["NO_PROXY"].split(",")
        self.assertEqual(exempt[:2], ["a", "stub.oracle.test"])
        self.assertTrue(all(".s3." in name for name in exempt[2:]))
        self.assertEqual(execution.exempt_stub({"AWS_REGION": "us-east-1"}), {"AWS_REGION": "us-east-1"})
