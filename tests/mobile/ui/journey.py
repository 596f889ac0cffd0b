"""A day of a new officer, by taps and typing only: from an empty tablet to the last receipt.

Three children at a brick kiln. At the first a wrong number is noticed at the review; the second is
in immediate danger; the third comes back from the office and is corrected. Every name is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.questionnaire import Level
from shared.texts import text
from tests.mobile.ui.officer import Officer, Script

PIN = "739146"
KILN, RETAIL, WHOLESALE = "23", "47", "46"
"""Where they work, as ISIC divisions."""

NAMES = {
    "en": {
        "place": "Brick kiln, Chak 204",
        "parent": "Rashid Mehmood",
        "children": (
            ("Haidar Ali", "Khattak"),
            ("Sanam Noor", "Bibi Gul"),
            ("Bilawal", "Ahmedani"),
        ),
    },
    "ur": {
        "place": "اینٹوں کا بھٹہ 204",
        "parent": "رشید محمود",
        "children": (("حیدر علی", "خٹک"), ("صنم نور", "بی بی گل"), ("بلاول", "احمدانی")),
    },
    "ar": {
        "place": "مصنع الطوب 204",
        "parent": "رشيد",
        "children": (("حيدر", "خطاك"), ("سناء", "بيبي"), ("بلال", "أحمد")),
    },
}

VISIT: Script = {
    "visit_date": ("leave",),  # today's
    "area": ("search", "PK-PB-03"),
    "place_kind": ("choose", "brick_kiln"),
    "activity": ("proposed", "place_kind", "brick_kiln", KILN),
    "workers_seen": ("write", "12", 12),
    "nobody_found": ("choose", "no"),
}

AT_WORK: Script = {
    "consent_given_by": ("choose", "caregiver_and_assent"),
    "consent_purposes": ("choose", "interview", "statistics"),
    "worked_family_business": ("choose", "yes"),
    "works_with_parents": ("choose", "yes"),
    "occupation": ("search", "931"),
    "industry": ("leave",),  # as the visit's
    "attends_school": ("choose", "yes"),
}

CHILDREN: tuple[Script, ...] = (
    {
        "sex": ("choose", "male"),
        "birth_date": ("date", "21", "7", "2013"),
        "work_hours": ("write", "60", 60),
    },
    {
        "sex": ("choose", "female"),
        "birth_date": ("date", "3", "2", "2015"),
        "work_hours": ("week", "6", "6", "4.5"),
        "hazards": ("choose", "heavy_loads", "dust_fumes_gas"),
        "immediate_danger": ("leave",),  # said with the danger button
    },
    {
        "sex": ("choose", "male"),
        "birth_date": ("date", "10", "1", "2010"),
        "work_hours": ("write", "12.5", 12.5),
        "industry": ("search", RETAIL),
    },
)


class Journey:
    """The parts of the day in order. ``look`` is called with the name of each screen come to."""

    def __init__(self, officer: Officer, look: Callable[[str], None] = lambda _: None) -> None:
        self.officer, self.look = officer, look
        self.names: Any = NAMES[officer.language]

    def whole(self, ticket: str) -> None:
        """Everything up to the receipts of the first sending."""
        self.set_up(ticket)
        self.visit()
        self.hide_and_come_back()
        self.child_with_a_mistake()
        self.child_in_danger()
        self.third_child()
        self.send_all()

    def set_up(self, ticket: str) -> None:
        """The language, the PIN, the ticket."""
        officer = self.officer
        self.look("set_up")
        if officer.language != "en":
            officer.choose_language()
        officer.type(officer.word("set_up.first"), PIN)
        officer.driver.enter()  # on to the second field
        officer.type(officer.word("set_up.second"), PIN)
        self.look("pin_chosen")
        officer.press("set_up.set_up")
        officer.wait_for(officer.word("enrol.welcome"))
        self.look("enrol")
        officer.type(officer.word("enrol.ticket"), ticket.lower())
        officer.press("enrol.join")
        officer.wait_for(officer.word("home.no_visits"))
        self.look("home")

    def visit(self) -> None:
        """The place, to the list of the persons found there."""
        officer = self.officer
        officer.press("home.new_visit")
        self.look("interview_visit")
        officer.ledger.append({})
        script = {**VISIT, "place_name": ("write", self.names["place"])}
        officer.interview(script, Level.VISIT)
        assert officer.sees(officer.word("visit.nobody_yet"))
        self.look("visit")

    def hide_and_come_back(self) -> None:
        """Somebody comes: one tap, and the tablet is a calculator. Then the PIN, and on."""
        officer = self.officer
        officer.tap_sign("bar.hide")
        self.look("hidden")
        assert not officer.sees(self.names["place"])
        officer.driver.tap(officer.driver.app.holder)  # anywhere
        assert not officer.sees(officer.word("unlock.unlock"))
        for figure in PIN:
            officer.tap(figure)
        officer.hold("=")
        officer.wait_for(officer.word("visit.nobody_yet"))
        self.look("visit_again")

    def child_with_a_mistake(self) -> None:
        """Sixty hours were typed for six: the class at the review makes it noticed."""
        officer = self.officer
        officer.press("visit.add_person")
        officer.ledger.append({})
        officer.interview(self._script(0), Level.CASE)
        self.look("review_mistake")
        assert not officer.sees(officer.word("class.cl_sna.HAZARDOUS")), "folded away"
        officer.press("found.show")
        assert officer.sees(officer.word("class.cl_sna.HAZARDOUS"))
        officer.tap_sign("bar.back")
        if not officer.driver.app.wide:  # else they stand beside the questions
            officer.press("interview.sections")
        self.look("sections")
        questionnaire = officer.reference.questionnaire
        officer.tap(questionnaire.section("job").label(officer.language))
        card = officer.find_question("work_hours")
        officer.answer("work_hours", card, ("write", "6", 6))
        self.look("mistake_corrected")
        officer.interview(dict.fromkeys((*AT_WORK, *officer.ledger[-1]), ("leave",)), Level.CASE)
        self.look("review_corrected")
        told = officer.driver.screen.review.classification.codes()
        assert told["cl_sna"] == "LIGHT_WORK"
        assert officer.sees(officer.word("found.folded")), "folded again"
        self._finalise()

    def child_in_danger(self) -> None:
        """The danger first, with nothing else known; then the interview and what it comes to."""
        officer = self.officer
        officer.press("visit.add_person")
        officer.ledger.append({})
        officer.press("bar.danger")
        profile = officer.reference.profile
        assert profile.helplines
        assert all(officer.sees(line.number) for line in profile.helplines)
        self.look("danger")
        officer.press("danger.record")
        assert officer.sees(officer.word("danger.recorded"))
        officer.danger = len(officer.ledger) - 1
        self.look("danger_recorded")
        officer.tap_sign("bar.back")
        officer.interview(self._script(1), Level.CASE)
        self.look("review_danger")
        officer.press("found.show")
        assert officer.sees(officer.word("class.cl_sna.HAZARDOUS"))
        assert officer.sees(text("classification.rule.R2", officer.language))
        assert officer.sees(officer.word("review.stays"))
        self._finalise()
        self.look("visit_with_danger")

    def third_child(self) -> None:
        """Without surprises; the work, as it was seen with the child before, is taken over."""
        officer = self.officer
        officer.press("visit.add_alike")
        same = ("occupation", "worked_family_business")
        officer.ledger.append({name: officer.ledger[-1][name] for name in same})
        assert officer.sees(officer.word("visit.alike_words", name=self._name(1)))
        script = {**self._script(2), **dict.fromkeys(same, ("leave",))}
        officer.interview(script, Level.CASE)
        self.look("review_third")
        self._finalise()

    def send_all(self) -> None:
        """Everything that waits, until the answer is there."""
        officer = self.officer
        officer.tap_sign("bar.back")
        self.look("home_ready")
        officer.press("places.send")
        self.look("send")
        officer.press("send.send")
        officer.wait_for(officer.word("send.agree"), 60)
        self.look("receipt")

    def correct_what_came_back(self) -> None:
        """Home says so; the reason leads to the question; then it is sent again."""
        officer = self.officer
        officer.press("places.home")
        assert officer.sees(officer.words("home.next_returned", 1))
        self.look("home_returned")
        officer.press("home.returned")
        self.look("returned")
        officer.tap(self._name(2))
        assert officer.sees(officer.word("case.why_returned"))
        self.look("why_returned")
        officer.finalised.discard(len(officer.ledger) - 1)
        officer.press("case.tap_to_mend")
        card = officer.find_question("industry")
        officer.answer("industry", card, ("search", WHOLESALE))
        self.look("returned_corrected")
        officer.interview(dict.fromkeys((*AT_WORK, *officer.ledger[-1]), ("leave",)), Level.CASE)
        self._finalise()
        self.send_all()

    def _name(self, number: int) -> str:
        return " ".join(self.names["children"][number])

    def _script(self, number: int) -> Script:
        given, family = self.names["children"][number]
        return {
            **AT_WORK,
            "given_name": ("write", given),
            "family_name": ("write", family),
            "parent_given_name": ("write", self.names["parent"]),
            **CHILDREN[number],
        }

    def _finalise(self) -> None:
        officer = self.officer
        officer.press("review.finalise")
        officer.wait_for(officer.word("review.finalised"))
        officer.finalised.add(len(officer.ledger) - 1)
        self.look("visit_with_persons")
