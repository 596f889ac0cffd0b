"""Official terms of the ILO: one for each in every language, and every text keeps to it."""

import csv
import re

import pytest

from shared.texts import LANGUAGES
from tests.shared.test_translations import FOLDERS, pairs

TERMS = {
    "child labour": r"child labour",
    "forced labour": r"forced labour",
    "worst forms": r"worst forms?",
    "hazardous work": r"hazardous work",
    "light work": r"light work",
    "debt bondage": r"debt bondage",
    "trafficking": r"trafficking",
    "commercial sexual exploitation": r"commercial sexual exploitation",
    "menace": r"menace",
    "minimum age": r"minimum age",
    "household services": r"household services",
}
"""Terms of the glossaries by how the English texts spell them."""


def glossary(language):
    """Each English term with the words of which a text that speaks of it holds one."""
    lines = (LANGUAGES / language / "glossary.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("# source: ")
    return {row["term"]: row["said"].split("|") for row in csv.DictReader(lines[1:])}


each_language = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@each_language
def test_every_language_has_the_terms(folder):
    assert set(TERMS) - {"household services"} <= set(glossary(folder.name)) <= set(TERMS)


@each_language
def test_every_text_says_the_official_term(folder):
    terms = glossary(folder.name)
    otherwise = [
        (name, term, text)
        for name, english, text in pairs(folder)
        for term, words in terms.items()
        if text
        and re.search(rf"\b{TERMS[term]}\b", english, re.IGNORECASE)
        and not any(word.casefold() in text.casefold() for word in words)
    ]

    assert not otherwise


def said(language, *texts):
    """Every text of a language that holds one of these."""
    (folder,) = [folder for folder in FOLDERS if folder.name == language]
    return [text for _name, _english, text in pairs(folder) if any(word in text for word in texts)]


@pytest.mark.parametrize(
    ("language", "words", "why"),
    [
        ("sw", ("jinsia", "Jinsia"), "gender: the sex is jinsi"),
        ("sw", ("kompyuta kibao", "Kompyuta", "kompyuta hii"), "the tablet is tableti"),
        ("ar", ("اللوحي", "لوحي،"), "the tablet is الجهاز"),
        ("ar", ("لماذا يتعرض",), "why, where the question is to what"),
        ("pt", ("ficheiro", "registo", "ecrã"), "European words among Brazilian ones"),
        ("pt", ("Registo", "registad", "registar"), "European words among Brazilian ones"),
        ("pt", ("encomenda",), "an order of goods: what a tablet sends is a pacote"),
        ("pt", ("quadro", "Quadro"), "a frame: a table of counts is a tabela"),
        ("es", ("cuadro", "Cuadro"), "one word for a table of counts, tabla"),
        ("es", ("tique", "un vale", "Vale para"), "one word for a ticket, boleto"),
        ("fr", ("tablette déconnectée",), "a browser leaves a session, a tablet is exclue"),
        ("hi", ("बंधुआगी",), "no word of law: bonded labour is बंधुआ मज़दूरी"),
        ("hi", ("यहीं रुकें", "रुक जाएँ"), "stay, where an interview is to stop"),
        ("ur", ("یہاں رک جائیں", "یا رک جائیں"), "stay, where an interview is to stop"),
        ("fr", ("Il y en a d'autres",), "asserts what is not known"),
        ("es", ("Hay más que",), "asserts what is not known"),
        ("pt", ("Há outros que",), "asserts what is not known"),
        ("sw", ("Kuna vingine visivyo",), "asserts what is not known"),
    ],
)
def test_words_that_say_something_else_do_not_come_back(language, words, why):
    assert said(language, *words) == [], why


def test_arabic_says_two_by_the_dual_alone():
    from babel.messages.pofile import read_po

    duals = re.compile(r"\{n\} \w+(?:تان|تين|ان|ين)\b")
    for source in (LANGUAGES / "ar").glob("*.po"):
        with source.open("rb") as stream:
            for message in read_po(stream, locale="ar"):
                if isinstance(message.id, tuple):
                    assert not duals.search(message.string[2]), message.id


def test_arabic_speaks_to_officers_in_the_plural():
    singular = re.compile(
        r"(?<![\w\u064b-\u0652])[وف]?(?:اختر|افتح|أدخل|أرسل|اسأل|احفظ|أخبر|اطلب|راجع|اتصل|جرب|حاول|انتظر|تحقق"
        r"|اضغط|استخدم|احذف|ابحث|اكتب|اضبط|قارن|اشكر)(?!\w)"
    )
    (folder,) = [folder for folder in FOLDERS if folder.name == "ar"]
    to_officers = [
        (name, text)
        for name, _english, text in pairs(folder)
        if singular.search(text) and not name.endswith(" say")
    ]

    assert to_officers == []
