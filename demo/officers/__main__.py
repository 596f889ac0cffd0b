"""One simulated tablet as a process of its own: ``python -m demo.officers FOLDER``.

Reads one order a line from standard input, as JSON, and answers on standard output with JSON
lines, the last of an order being ``{"done": <order>, ...}``. Ends when standard input ends, so
that no tablet outlives whoever started it. The PIN comes with the first order, never on the
command line, where other users of the machine could read it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from demo.officers.cheap_keys import cheap_derivation
from demo.officers.desk import SimulatedTablet
from mobile.security.derivation import calibrate
from shared.errors import TallyError


def tell(**what: Any) -> None:
    """One line to whoever started this tablet."""
    click.echo(json.dumps(what))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--cheap-pins", is_flag=True, help="For tests: a PIN is tried in no time.")
def main(folder: Path, cheap_pins: bool) -> None:
    """Obeys orders about the simulated tablet in FOLDER until there are no more."""
    tablet = SimulatedTablet(
        folder,
        clock=lambda: datetime.now(UTC).astimezone(),
        random_bytes=os.urandom,
        tell=tell,
        derivation=cheap_derivation if cheap_pins else calibrate,
    )
    try:
        for line in sys.stdin:
            order: Mapping[str, Any] = json.loads(line)
            try:
                tell(done=order["do"], **tablet.obey(order))
            except TallyError as problem:
                tell(failed=order["do"], kind=type(problem).__name__, sentence=str(problem))
    except (KeyboardInterrupt, BrokenPipeError):
        # whoever gave the orders is gone: what was answered is on disk, nothing to tidy up
        os._exit(130)
    finally:
        tablet.lock()


if __name__ == "__main__":
    main()
