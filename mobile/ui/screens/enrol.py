"""Joining a programme with a ticket: scanned, typed, from a file, or without network by two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mobile.transport.qr_reading import NoReader
from mobile.ui import background
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Screen
from mobile.ui.widgets.camera import texts_in_file
from mobile.ui.widgets.controls import LineButton
from mobile.ui.widgets.files import FilePage, FolderPage
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.words import say
from shared.errors import TicketInvalid
from shared.wire.tickets import Ticket

MOST_TICKET_BYTES = 4096
"""A ticket is about 150 letters; whatever is larger is another file."""


class EnrolScreen(Screen):
    """The ticket, one button, and the ways without network under it."""

    has_back = False

    def prepare(self, **_arguments: Any) -> None:
        """Offers the other ways as lines."""
        # A tablet its office has forgotten joins again, and may think better of it.
        self.has_back = self.app.unlocked.is_enrolled
        self.title = say("enrol.title")
        self.ids.ticket_field.bind(on_entered=lambda *_: self.enrol())
        # What was said of another ticket is not said of this one.
        self.ids.ticket_field.bind(value=lambda *_: self.ids.told.clear_widgets())
        for key, icon, act in (
            ("from_picture", "image-outline", self.choose_picture),
            ("from_file", "file-document-outline", self.read_ticket),
            ("save_request", "usb-flash-drive-outline", self.save_request),
            ("read_reply", "email-open-outline", self.read_reply),
        ):
            line = LineButton(
                title=say(f"enrol.{key}"),
                detail=say(f"enrol.{key}_detail"),
                icon=icon,
                end_icon="chevron-right",
            )
            line.bind(on_release=lambda _line, act=act: act())
            self.ids.ways.add_widget(line)

    def scan(self) -> None:
        """The ticket's code, with the camera."""
        self.app.go("scan", what="ticket")

    def choose_picture(self) -> None:
        """The ticket's code from a picture file."""

        def read(path: Path) -> None:
            background.run(lambda: texts_in_file(path), self._read_picture, self._failed_picture)

        FilePage(say("enrol.from_picture"), read).open()

    def brought(self, what: str, found: Any) -> None:
        """The ticket that was scanned: it is used at once, where it says where the office is."""
        self.ids.ticket_field.value = found
        if found.startswith("#"):
            self._tell(say("enrol.no_address"), "attention")
        else:
            self.enrol()

    def _read_picture(self, texts: tuple[str, ...]) -> None:
        if self.app.session is None:
            return  # locked while the picture was read
        for text in texts:
            try:
                Ticket.from_text(text)
            except TicketInvalid:
                continue
            self.brought("ticket", text)
            return
        self._tell(say("scan.not_a_ticket" if texts else "scan.no_code"), "danger")

    def _failed_picture(self, fault: Exception) -> None:
        if isinstance(fault, NoReader):
            self._tell(say("scan.no_reader"), "attention")
        elif isinstance(fault, ValueError):
            self._tell(say("scan.not_a_picture"), "danger")
        else:
            self._failed(fault)

    def enrol(self) -> None:
        """Over the network."""
        ticket = self.ids.ticket_field.value.strip()
        if not ticket or self.ids.enrol_button.disabled:
            return
        self._wait(True)
        enrolment = self.app.unlocked.enrolment
        background.run(lambda: enrolment.enrol(ticket), self._joined, self._failed)

    def read_ticket(self) -> None:
        """The ticket from a text file."""

        def take(path: Path) -> None:
            data = path.read_bytes()[: MOST_TICKET_BYTES + 1]
            try:
                if len(data) > MOST_TICKET_BYTES:
                    raise ValueError
                self.ids.ticket_field.value = " ".join(data.decode("utf-8").split())
            except ValueError:
                self._tell(say("enrol.not_a_ticket"), "danger")

        FilePage(say("enrol.from_file"), take).open()

    def save_request(self) -> None:
        """Without network: the sealed request, to be carried to the office."""
        ticket = self.ids.ticket_field.value.strip()
        if not ticket:
            self._tell(say("enrol.ticket_first"), "attention")
            return

        def save(folder: Path) -> None:
            try:
                path = self.app.unlocked.enrolment.save_request(ticket, folder)
            except Exception as fault:  # noqa: BLE001 - every fault is told
                self._failed(fault)
            else:
                self._tell(say("enrol.request_saved", file=path.name), "good")

        FolderPage(say("files.choose_folder"), save).open()

    def read_reply(self) -> None:
        """Without network: what came back from the office."""

        def take(path: Path) -> None:
            try:
                self._joined(self.app.unlocked.enrolment.read_reply(path))
            except Exception as fault:  # noqa: BLE001 - every fault is told
                self._failed(fault)

        FilePage(say("enrol.read_reply"), take).open()

    def _joined(self, _membership: object) -> None:
        self.app.opened(self.app.unlocked)
        notice(say("enrol.joined"), "check-circle-outline")

    def _failed(self, fault: Exception) -> None:
        self._wait(False)
        self._tell(sentence_of(fault), "danger")

    def _wait(self, waiting: bool) -> None:
        self.ids.enrol_button.disabled = waiting
        self.ids.enrol_button.words = say("enrol.joining" if waiting else "enrol.join")

    def _tell(self, words: str, meaning: str) -> None:
        self.ids.told.clear_widgets()
        icon = "check-circle-outline" if meaning == "good" else "alert-circle-outline"
        self.ids.told.add_widget(Band(meaning, icon, words))
