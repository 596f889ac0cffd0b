"""Sending: one button that is always safe to press again, and the way by file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mobile.sending.send import SendProgress, SendReport
from mobile.transport.relay import Delivery
from mobile.ui import background
from mobile.ui.screens.editions import news_bands, read_edition, save_edition
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Screen
from mobile.ui.widgets.bars import HowFar
from mobile.ui.widgets.controls import LineButton, PushButton
from mobile.ui.widgets.files import FolderPage
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say, say_count
from shared.texts import text

KILO = 1000


class SendScreen(Screen):
    """What waits, the button, progress, what came of it."""

    place = "send"

    def prepare(self, **_arguments: Any) -> None:
        """Shows what waits."""
        self.title = say("send.title")
        self.report: SendReport | None = None
        self._is_left = False
        self._show_waiting()
        self._show_load()
        self._add_lines(
            self.ids.ways,
            ("save_parcels", "usb-flash-drive-outline", self.save_parcels),
            ("hand_over", "qrcode", lambda: self.app.go("show_codes", what="parcels")),
            ("read_receipts", "email-open-outline", self.read_receipts),
            ("scan_receipts", "qrcode-scan", lambda: self.app.go("scan", what="receipts")),
            ("read_edition", "book-arrow-down-outline", lambda: read_edition(self)),
            ("save_edition", "book-arrow-up-outline", lambda: save_edition(self)),
        )
        self._add_lines(
            self.ids.relay,
            ("take_over", "tray-arrow-down", self.take_over),
            ("scan_parcels", "qrcode-scan", lambda: self.app.go("scan", what="parcels")),
            ("deliver", "truck-outline", self.deliver),
            ("hand_back", "tray-arrow-up", self.hand_back),
            ("show_receipts", "qrcode", lambda: self.app.go("show_codes", what="receipts")),
        )
        self.bar = HowFar()
        self.numbers = Text(role="small", tint=theme.quiet)
        if self.app.unlocked.sending.is_under_way:
            self.send()

    def _add_lines(self, holder: Any, *lines: tuple[str, str, Callable[[], None]]) -> None:
        for key, icon, act in lines:
            line = LineButton(
                title=say(f"send.{key}"),
                detail=say(f"send.{key}_detail"),
                icon=icon,
                end_icon="chevron-right",
            )
            line.bind(on_release=lambda _line, act=act: act())
            line.key = key
            holder.add_widget(line)

    def send(self) -> None:
        """Sends over the network, off the drawing thread; joins what is sent already. A second
        press stops, at once."""
        session = self.app.unlocked
        if self.is_busy:
            self.ids.send_button.words = say("send.stopping")
            session.sending.stop()
            session.relay.stop()
            return
        self.is_busy = True
        self.ids.outcome.clear_widgets()
        self._show_bar()
        self.bar.share = 0
        self.numbers.words = say("send.connecting")
        self.ids.send_button.words = say("send.stop")
        self.ids.send_button.icon = "stop-circle-outline"
        report = background.reporting(self._show_progress)
        background.run(lambda: session.sending.send(report), self._sent, self._failed)

    def leave(self) -> None:
        """What is sent goes on without this screen, until the tablet is locked."""
        self._is_left, self.is_busy = True, False

    def brought(self, what: str, found: Any) -> None:
        """What the camera has read from another tablet's screen."""
        session = self.app.unlocked
        if what == "parcels":
            background.run(
                lambda: session.relay.take_all(found),
                self._counted("send.taken_over"),
                self._failed,
            )
        else:
            background.run(
                lambda: session.sending.take_receipts(found), self._receipts_taken, self._failed
            )

    def news(self) -> None:
        """The tablet sent without being asked."""
        if not self.is_busy:
            self._show_waiting()

    def save_parcels(self) -> None:
        """The way out by file."""

        def save(folder: Path) -> None:
            sending = self.app.unlocked.sending
            background.run(lambda: sending.save_parcels(folder), self._saved, self._failed)

        FolderPage(say("files.choose_folder"), save).open()

    def read_receipts(self) -> None:
        """The way back by file."""

        def read(folder: Path) -> None:
            sending = self.app.unlocked.sending
            background.run(lambda: sending.read_receipts(folder), self._sent, self._failed)

        FolderPage(say("files.choose_folder"), read).open()

    def take_over(self) -> None:
        """Parcels of other tablets, from a stick: kept sealed until their receipts are back."""
        relay = self.app.unlocked.relay
        FolderPage(
            say("files.choose_folder"),
            lambda folder: background.run(
                lambda: relay.take_folder(folder), self._counted("send.taken_over"), self._failed
            ),
        ).open()

    def deliver(self) -> None:
        """Sends what is carried for others."""
        if self.is_busy:
            return
        self.is_busy = True
        self.ids.send_button.words = say("send.stop")
        relay = self.app.unlocked.relay
        background.run(relay.deliver, self._delivered, self._failed)

    def hand_back(self) -> None:
        """Receipts for the other tablets, onto a stick."""
        relay = self.app.unlocked.relay
        FolderPage(
            say("files.choose_folder"),
            lambda folder: background.run(
                lambda: len(relay.hand_back(folder)),
                self._counted("send.handed_back"),
                self._failed,
            ),
        ).open()

    def _counted(self, message_id: str) -> Callable[[int], None]:
        def told(count: int) -> None:
            self._show_load()
            notice(say(message_id, n=count), "check-circle-outline")

        return told

    def _delivered(self, delivery: Delivery) -> None:
        if self._is_left:
            return
        self.is_busy = False
        self._show_load()
        self._show_waiting()
        self.ids.outcome.clear_widgets()
        if delivery.delivered or not delivery.problem:
            words = say("send.delivered", n=delivery.delivered)
            self.ids.outcome.add_widget(Band("good", "truck-check-outline", words))
        if delivery.problem:
            words = text(delivery.problem, theme.language)
            self.ids.outcome.add_widget(Band("attention", "cloud-off-outline", words))

    def _show_load(self) -> None:
        if self.app.session is None:
            return  # locked while files were read or written
        load = self.app.session.relay.load()
        self.ids.load.words = say("send.load", parcels=load.parcels, receipts=load.receipts)

    def _show_bar(self) -> None:
        if self.bar.parent is None:
            self.ids.progress.add_widget(self.bar)
            self.ids.progress.add_widget(self.numbers)

    def _saved(self, files: list[Path]) -> None:
        notice(say_count("send.saved", len(files)), "check-circle-outline")

    def _show_waiting(self) -> None:
        counts = self.app.unlocked.casework.counts()
        waiting = counts.ready + counts.waiting + counts.stuck
        self.ids.waiting.words = (
            say_count("send.waiting", waiting) if waiting else say("send.nothing")
        )
        self.ids.waiting_words.words = say("send.always_safe")
        self.ids.send_button.words = say("send.send" if waiting else "send.check")
        self.ids.send_button.icon = "cloud-upload-outline"

    def _show_progress(self, progress: SendProgress) -> None:
        if not self.is_busy:
            return
        self.bar.share = progress.done / max(progress.total, 1)
        self.numbers.words = say(
            "send.numbers",
            done=progress.done,
            total=progress.total,
            kilobytes=f"{(progress.bytes_up + progress.bytes_down) / KILO:.1f}",
            seconds=f"{progress.seconds:.0f}",
        )

    def _sent(self, report: SendReport) -> None:
        if self._is_left:
            return
        self.is_busy = False
        self.report = report
        self._show_waiting()
        self.bar.share = 1 if not report.problem else self.bar.share
        self._show_bar()
        self.numbers.words = say(
            "send.numbers",
            done=report.sent,
            total=report.sent + report.still_waiting,
            kilobytes=f"{(report.bytes_up + report.bytes_down) / KILO:.1f}",
            seconds=f"{report.seconds:.0f}",
        )
        self.ids.outcome.clear_widgets()
        for band in self._bands(report):
            self.ids.outcome.add_widget(band)
        if report.is_signed_out:
            again = PushButton(words=say("enrol.join_again"), icon="account-plus-outline")
            again.bind(on_release=lambda *_: self.app.go("enrol"))
            self.ids.outcome.add_widget(again)

    def _receipts_taken(self, report: SendReport) -> None:
        self._sent(report)
        if report.totals_agree is None:
            words = say("send.not_for_this_tablet")
            self.ids.outcome.add_widget(Band("attention", "email-off-outline", words))

    def _bands(self, report: SendReport) -> list[Band]:
        bands = []
        if report.problem:
            bands.append(Band("attention", "cloud-off-outline", report.sentence))
        elif report.cancelled:
            bands.append(Band("attention", "pause-circle-outline", say("send.cancelled")))
        if report.accepted + report.superseded:
            n = report.accepted + report.superseded
            bands.append(Band("good", "check-circle-outline", say_count("send.accepted", n)))
        if report.rejected:
            bands.append(
                Band("danger", "keyboard-return", say_count("send.rejected", report.rejected))
            )
        if report.conflicts:
            bands.append(
                Band("danger", "call-split", say_count("send.conflicts", report.conflicts))
            )
        if report.totals_agree is False:
            bands.append(
                Band(
                    "attention",
                    "not-equal-variant",
                    say_count("send.differ", len(report.differing)),
                )
            )
        elif report.totals_agree:
            bands.append(Band("information", "equal", say("send.agree")))
        return bands + news_bands(report.news)

    def tell_fault(self, fault: Exception) -> None:
        """Says what went wrong where the outcome stands; a sending under way goes on."""
        self.ids.outcome.add_widget(Band("danger", "alert-circle-outline", sentence_of(fault)))

    def _failed(self, fault: Exception) -> None:
        if self._is_left:
            return
        self.is_busy = False
        self._show_waiting()
        self.ids.outcome.clear_widgets()
        self.ids.outcome.add_widget(Band("danger", "alert-circle-outline", sentence_of(fault)))
