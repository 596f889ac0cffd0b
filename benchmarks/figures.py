"""What every benchmark is: a function that measures, and one way to print what it found."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable

import click
from rich.console import Console
from rich.table import Table

Figures = dict[str, float]
"""Name of the figure, with its unit at the end of the name -> value."""


def benchmark(title: str, measure: Callable[[], Figures]) -> click.Command:
    """The command line of one benchmark: a table, or with ``--json`` one line of JSON."""

    @click.command(help=title)
    @click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
    def command(as_json: bool) -> None:
        figures = measure()
        if as_json:
            click.echo(json.dumps(figures))
        else:
            show(title, figures)

    return command


def show(title: str, figures: Figures) -> None:
    """Prints figures as a table."""
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.1f}" if isinstance(value, float) else f"{value:,}")
    Console().print(table)


def machine() -> str:
    """What it was measured on, for the record."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
