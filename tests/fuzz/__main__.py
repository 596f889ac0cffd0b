"""The long fuzzing: ``python -m tests.fuzz TARGET --seconds N``, ``all`` for every target.

    python -m tests.fuzz seeds --into FOLDER    writes the honest inputs a run begins with
    python -m tests.fuzz record --seconds 300   atheris (libFuzzer), guided by coverage

Needs the extra ``fuzz`` (atheris). Prints one line of JSON for each target: executions, coverage
(edges of shared and server), the most memory, and what was found; found inputs are kept in
FOLDER/TARGET/found. Ends with 1 when there is any.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

SLOWEST_INPUT_S = 20
"""On a busy machine; tests/fuzz/test_bombs.py measures CPU time."""
MOST_MEMORY_MB = 1024
_NUMBERS = {
    "executions": re.compile(r"stat::number_of_executed_units:\s+(\d+)"),
    "peak_memory_mb": re.compile(r"stat::peak_rss_mb:\s+(\d+)"),
    "coverage": re.compile(r"cov: (\d+)"),
    "corpus": re.compile(r"corp: (\d+)"),
}


def write_seeds(name: str, folder: Path) -> int:
    """Writes a target's seeds as files named by their hash; gives how many."""
    from tests.fuzz.targets import TARGETS

    folder.mkdir(parents=True, exist_ok=True)
    seeds = list(TARGETS[name].seeds())
    for seed in seeds:
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    return len(seeds)


def inside(name: str, options: list[str]) -> None:
    """Runs atheris in this process; does not return."""
    import atheris

    with atheris.instrument_imports(include=["shared", "server"]):
        from tests.fuzz.targets import TARGETS
    atheris.Setup([sys.argv[0], *options], TARGETS[name].read)
    atheris.Fuzz()


def run(name: str, seconds: int, into: Path) -> dict[str, object]:
    """One target in a process of its own; what came of it."""
    corpus, found = into / name / "corpus", into / name / "found"
    write_seeds(name, corpus)
    found.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST_INPUT_S}",
        f"-rss_limit_mb={MOST_MEMORY_MB}",
        f"-artifact_prefix={found}/",
        "-print_final_stats=1",
        "-max_len=8192",
        str(corpus),
    ]
    command = [sys.executable, "-m", "tests.fuzz", name, "--inside", *options]
    log = into / name / "log"
    with log.open("wb") as file:
        ended = subprocess.run(command, stdout=file, stderr=file, check=False)
    told = log.read_text("utf-8", "replace")
    numbers = {word: _last(pattern, told) for word, pattern in _NUMBERS.items()}
    new = sorted(path.name for path in set(found.iterdir()) - before)
    return {"target": name, "seconds": seconds, **numbers, "ended": ended.returncode, "found": new}


def _last(pattern: re.Pattern[str], told: str) -> int:
    numbers = pattern.findall(told)
    return int(numbers[-1]) if numbers else 0


def main() -> int:
    """Reads the arguments; gives the exit status."""
    if "--inside" in sys.argv:
        at = sys.argv.index("--inside")
        inside(sys.argv[1], sys.argv[at + 1 :])
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=[*TARGETS, "all", "seeds"])
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument("--into", type=Path, default=Path("build") / "fuzz")
    given = parser.parse_args()
    if given.target == "seeds":
        for name in TARGETS:
            print(f"{name}: {write_seeds(name, given.into / name / 'corpus')} seeds")
        return 0
    failed = False
    for name in TARGETS if given.target == "all" else [given.target]:
        came = run(name, given.seconds, given.into)
        print(json.dumps(came), flush=True)
        failed = failed or bool(came["found"]) or came["ended"] != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
