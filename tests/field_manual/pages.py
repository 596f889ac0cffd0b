"""Which pages the manual has: a heading, a picture of a screen, sentences under it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.texts import is_reviewed, text


@dataclass(frozen=True)
class ManualPage:
    """heading and sentences: message ids. picture: a screen of tests.field_manual.drawing, "" for
    none. is_list: the sentences are numbered steps."""

    heading: str
    picture: str
    sentences: tuple[str, ...]
    is_list: bool = False


PAGES: tuple[ManualPage, ...] = (
    ManualPage(
        "screens.set_up.title",
        "set_up",
        ("screens.set_up.how", "screens.set_up.no_way_back", "screens.hidden.how"),
    ),
    ManualPage("screens.enrol.title", "enrol", ("screens.enrol.how", "manual.practice")),
    ManualPage("screens.home.title", "home", ("screens.home.next_begin", "manual.day")),
    ManualPage("screens.visit.persons", "visit", ("manual.visit",)),
    ManualPage("manual.to_say", "interview", ("manual.person", "manual.answers")),
    ManualPage(
        "screens.danger.title",
        "danger",
        (*(f"screens.danger.step_{step}" for step in range(1, 6)), "screens.danger.record_words"),
        is_list=True,
    ),
    ManualPage("screens.bar.hide", "hidden", ("screens.hidden.how", "manual.hidden")),
    ManualPage("screens.review.title", "review", ("screens.review.only_a_rule", "manual.review")),
    ManualPage("screens.send.title", "send", ("screens.send.always_safe", "manual.send")),
    ManualPage("screens.asked.title", "asked", ("manual.asked",)),
    ManualPage("screens.check_in.title", "check_in", ("screens.check_in.words",)),
    ManualPage("screens.paper.slip", "slip", ("screens.paper.slip_words",)),
    ManualPage("manual.lost_title", "", ("manual.lost", "manual.lost_copy")),
    ManualPage(
        "manual.trainer_title",
        "",
        tuple(f"manual.trainer_{hour}" for hour in range(1, 7)),
        is_list=True,
    ),
)


def is_draft(language: str) -> bool:
    """Whether anything in it was reviewed by nobody."""
    return not all(is_reviewed(language, domain) for domain in ("manual", "screens"))


def said(message_id: str, language: str) -> str:
    """The sentence in that language."""
    return text(message_id, language)
