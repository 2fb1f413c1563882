#!/usr/bin/env python3
"""Looks for environments that would prove what no recording proves yet.

Draws environments from the parts of combinations.yaml, has policyctl's own test judge which changed chains each
of them tells from the chain as it is, takes parts away while nothing is lost, and prints a small set that tells most.
The same seed gives the same set. With --unjudged it only draws.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from runner import environments, expansion  # noqa: E402

JUDGE = ["cargo", "test", "--release", "--quiet", "--package", "policyctl-policies", "--test", "oracle", "--", "--ignored", "candidates_are_judged"]
#: States in which a client waits for half a minute: they cost too much to record.
SLOW = environments.SLOW
#: More parts than this, and nobody sees what is special.
MOST_PARTS = 5
#: A candidate: the name of its base, and the names of its parts.
Candidate = tuple[str, tuple[str, ...]]
WORD = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)*")
BASES = {"region": ["region"], "none": []}


class Space:
    """What can be drawn."""

    def __init__(self, seed: int):
        source = expansion.load()
        self.expansion = expansion.Expansion(source["parts"])
        self.random = random.Random(seed)
        self.parts = sorted(name for name, part in source["parts"].items() if not SLOW & set(part.get("endpoints", {}).values()) and name != "region")
        self.known = [tuple(name for name in names if name in self.parts) for group in source["sets"] for names in expansion.members(group)]
        text = {name: json.dumps(part) for name, part in source["parts"].items()}
        self.about = defaultdict(list)
        for name in self.parts:
            for word in {*WORD.findall(text[name]), *name.split("-")}:
                self.about[word.lower()].append(name)
        self.recorded = {self.key(environment) for environment in environments.load().values()}

    def key(self, environment: dict) -> str:
        return json.dumps({name: value for name, value in environment.items() if name != "name"}, sort_keys=True)

    def environment(self, candidate: Candidate) -> dict | None:
        """None when parts contradict each other, or when it is recorded."""
        base, names = candidate
        try:
            made = self.expansion.environment(BASES[base], list(names))
        except expansion.Conflict:
            return None
        return None if self.key(made) in self.recorded else made

    def draw(self, hits: list[Candidate], wanted: list[str]) -> Candidate:
        """A known environment, a hit, or nothing, and some parts more: any, or what a line that is still to be told apart speaks of."""
        base = "none" if self.random.random() < 0.15 else "region"
        start: tuple[str, ...] = ()
        if hits and self.random.random() < 0.4:
            base, start = self.random.choice(hits)
        elif self.random.random() < 0.6:
            start = self.random.choice(self.known)
        more = self.random.sample(self.parts, self.random.randint(1, 3))
        if wanted and self.random.random() < 0.6:
            more = self.related(self.random.choice(wanted)) + more[:self.random.randint(0, 1)]
        names = list(dict.fromkeys([*start, *more]))
        self.random.shuffle(names)
        return base, tuple(names[:MOST_PARTS])

    def related(self, line: str) -> list[str]:
        """Parts that share words with a line."""
        words = [word for word in {word.lower() for word in WORD.findall(line)} if word in self.about]
        return [self.random.choice(self.about[word]) for word in self.random.sample(sorted(words), min(len(words), 3))]

    def smaller(self, candidate: Candidate) -> list[Candidate]:
        """The same with one part fewer."""
        base, names = candidate
        return [(base, names[:number] + names[number + 1:]) for number in range(len(names))] if len(names) > 1 else []


def judge(space: Space, candidates: list[Candidate]) -> tuple[dict[Candidate, set[str]], set[str]]:
    """What each candidate tells apart, and everything that survives."""
    made = [(candidate, environment) for candidate in dict.fromkeys(candidates) if (environment := space.environment(candidate))]
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "candidates"), Path(folder, "verdicts")
        asked.write_text("".join(json.dumps(environment) + "\n" for _, environment in made))
        subprocess.run(JUDGE, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "ORACLE_CANDIDATES": str(asked), "ORACLE_VERDICTS": str(answered)})
        told, lines = defaultdict(set), set()
        for verdict in answered.read_text().splitlines():
            number, line = verdict.split("\t")
            lines.add(line)
            if number != "-":
                told[made[int(number)][0]].add(line)
    return told, lines


def cover(told: dict[Candidate, set[str]], most: int) -> list[Candidate]:
    """Greedy: whatever tells most that nothing before it does, and of those alike the one with the fewest parts."""
    chosen, left = [], set().union(*told.values()) if told else set()
    while left and len(chosen) < most:
        best = max(told, key=lambda candidate: (len(told[candidate] & left), -len(candidate[1]), candidate))
        left -= told[best]
        chosen.append(best)
    return chosen


def pruned(space: Space, told: dict[Candidate, set[str]], chosen: list[Candidate]) -> list[Candidate]:
    """The chosen, without the parts that nothing they add rests on."""
    left, gains = set().union(*(told[candidate] for candidate in chosen)), []
    for candidate in chosen:
        gains.append(told[candidate] & left)
        left -= told[candidate]
    while True:
        found, _ = judge(space, [smaller for candidate in chosen for smaller in space.smaller(candidate)])
        told.update(found)
        fitting = [[smaller for smaller in space.smaller(candidate) if gain <= found.get(smaller, set())] for candidate, gain in zip(chosen, gains)]
        if not any(fitting):
            return list(dict.fromkeys(chosen))
        chosen = [smaller[0] if smaller else candidate for candidate, smaller in zip(chosen, fitting)]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=8, help="each draws anew, also around what was found before")
    parser.add_argument("--draws", type=int, default=3000, help="candidates of a round")
    parser.add_argument("--most", type=int, default=100, help="environments to choose at most")
    parser.add_argument("--unjudged", type=int, help="draw so many, whatever they tell apart, and judge none: a sample to try the trace on")
    parser.add_argument("--keep", type=Path, help="where to write what each chosen environment tells apart, and what none does")
    return parser.parse_args()


def search(space: Space, rounds: int, draws: int, most: int) -> tuple[dict[Candidate, set[str]], set[str]]:
    told: dict[Candidate, set[str]] = {}
    lines: set[str] = set()
    for number in range(rounds):
        hits = cover(told, 10 * most)
        wanted = sorted(lines - set().union(*told.values())) if told else []
        drawn = [space.draw(hits, wanted) for _ in range(draws)] + [smaller for hit in hits for smaller in space.smaller(hit)]
        found, lines = judge(space, [candidate for candidate in drawn if candidate not in told])
        told.update(found)
        reached = set().union(*told.values()) if told else set()
        print(f"round {number + 1}: {len(told)} environments tell {len(reached)} of {len(lines)} apart", file=sys.stderr, flush=True)
        told = {candidate: told[candidate] for candidate in [*cover(told, 10 * most), *list(told)[:20 * most]]}
    return told, lines


def sample(space: Space, size: int) -> list[Candidate]:
    """As the search draws, each once; known environments and contradictions are left out."""
    drawn: dict[Candidate, None] = {}
    while len(drawn) < size:
        candidate = space.draw([], [])
        if space.environment(candidate):
            drawn[candidate] = None
    return list(drawn)


def main() -> None:
    settings = options()
    space = Space(settings.seed)
    if settings.unjudged:
        for base, names in sample(space, settings.unjudged):
            print(f"{base}: {'+'.join(names)}")
        return
    told, lines = search(space, settings.rounds, settings.draws, settings.most)
    chosen, left = pruned(space, told, cover(told, settings.most)), set(lines)
    for candidate in chosen:
        gained = told[candidate] & left
        left -= gained
        print(f"{candidate[0]}: {'+'.join(candidate[1])}  # {len(gained)}")
    if settings.keep:
        rows = [f"{'+'.join(candidate[1])}\t{line}\n" for candidate in chosen for line in sorted(told[candidate])]
        settings.keep.write_text("".join([*rows, *(f"-\t{line}\n" for line in sorted(left))]))


main()
