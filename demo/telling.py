"""What the demonstration prints: headings, progress bars and tables, through rich.

Owns layout only. Everything it shows was counted elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table


class Teller:
    """Prints the run to a console. Works on a plain pipe too, without moving bars."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def heading(self, text: str) -> None:
        """A step of the story."""
        self.console.print()
        self.console.rule(f"[bold]{text}[/bold]", align="left")

    def line(self, text: str) -> None:
        """One sentence. Numbers in it are set off by rich itself."""
        self.console.print(text)

    @contextmanager
    def bars(self) -> Iterator[Progress]:
        """Progress bars; drawn while the block runs, and their last state stays."""
        with Progress(
            TextColumn("  {task.description:<44}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
        ) as progress:
            yield progress

    def table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1
    ) -> None:
        """A table whose first so many columns are words and the others numbers."""
        table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
        for number, column in enumerate(columns):
            table.add_column(column, justify="left" if number < words else "right")
        for row in rows:
            table.add_row(*row)
        self.console.print(table)

    def panel(self, title: str, lines: Mapping[str, str]) -> None:
        """A box of names and what belongs to them, for the end."""
        width = max(map(len, lines))
        text = "\n".join(f"[bold]{name:<{width}}[/bold]  {said}" for name, said in lines.items())
        self.console.print()
        self.console.print(Panel(text, title=title, title_align="left", padding=(1, 2)))
