"""How much of forms other people wrote is kept: ``python -m benchmarks.foreign_forms FOLDER``.

Converts every workbook of the folder and counts, by the type of the row, what was kept as it is,
adapted or dropped. Give it forms the project never saw.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from server.forms import Conversion, convert
from server.forms.converting import NOT_QUESTIONS, NOT_RECORDED
from shared.errors import QuestionnaireError

_SUFFIXES = (".xlsx", ".xls", ".csv")


def converted(folder: Path) -> dict[str, Conversion | str]:
    """By file name the conversion, or the reason why there is none."""
    found: dict[str, Conversion | str] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _SUFFIXES:
            try:
                found[path.name] = convert(path)
            except QuestionnaireError as problem:
                found[path.name] = str(problem)
    return found


def by_type(made: Mapping[str, Conversion | str]) -> dict[str, Counter[str]]:
    """By type of the reference how many rows were kept, adapted and dropped."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in made.values():
        if isinstance(one, Conversion):
            for kind, _, outcome in one.outcomes:
                found[kind or "(no type of XLSForm)"][outcome] += 1
    return dict(sorted(found.items(), key=lambda item: -item[1].total()))


def share(counts: Mapping[str, Counter[str]], without: frozenset[str]) -> tuple[int, int]:
    """Rows not dropped, and all, but for types in ``without``."""
    chosen = [count for kind, count in counts.items() if kind not in without]
    return (
        sum(count.total() - count["dropped"] for count in chosen),
        sum(count.total() for count in chosen),
    )


def described(made: Mapping[str, Conversion | str]) -> str:
    """The table in Markdown, then what could not be converted."""
    counts = by_type(made)
    lines = [
        "| type | rows | as it is | adapted | dropped |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind, count in counts.items():
        cells = (count.total(), count["kept"], count["adapted"], count["dropped"])
        lines.append(f"| `{kind}` | {' | '.join(map(str, cells))} |")
    good = sum(isinstance(one, Conversion) for one in made.values())
    lines += ["", f"{good} of {len(made)} files converted; every one of them loads."]
    for words, without in (
        ("questions", NOT_QUESTIONS),
        ("questions whose answers may be recorded", NOT_QUESTIONS | NOT_RECORDED),
    ):
        kept, total = share(counts, without)
        if total:
            lines.append(f"{kept} of {total} {words} kept ({100 * kept / total:.1f} %).")
    failed = [f"* {name}: {one}" for name, one in made.items() if isinstance(one, str)]
    return "\n".join([*lines, *failed])


def main(arguments: Sequence[str]) -> int:
    """0 when the folder could be read."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("python -m benchmarks.foreign_forms FOLDER\n")
        return 2
    sys.stdout.write(described(converted(Path(arguments[0]))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
