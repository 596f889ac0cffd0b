"""Official terms of the ILO: one for each in every language, and every text keeps to it."""

import csv
import re

import pytest

from shared.texts import LANGUAGES, text
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
        ("sw", ("ifaa hiki", "ifaa vingine", "ifaa kingine"), "the tablet is tableti"),
        ("ar", ("اللوحي", "لوحي،"), "the tablet is الجهاز"),
        ("ar", ("لماذا يتعرض",), "why, where the question is to what"),
        ("pt", ("ficheiro", "registo", "ecrã"), "European words among Brazilian ones"),
        ("pt", ("Registo", "registad", "registar"), "European words among Brazilian ones"),
        ("pt", ("encomenda",), "an order of goods: what a tablet sends is an envelope"),
        ("pt", ("quadro", "Quadro"), "a frame: a table of counts is a tabela"),
        ("es", ("cuadro", "Cuadro"), "one word for a table of counts, tabla"),
        ("es", ("ordenador", "Ordenador", "enfad"), "European words among American ones"),
        ("es", ("tique", "un vale", "Vale para"), "one word for a ticket, boleto"),
        ("sw", ("pembamba", "au unalindwa"), "thin or protected, for narrow or watched"),
        ("bn", ("পশু দেখেছেন",), "saw animals, where it is asked who looks after them"),
        ("ne", ("जनावर हेर्नुभयो",), "saw animals, where it is asked who looks after them"),
        ("fr", ("qui vous a seulement manqué",), "was missed by the heart: a job not gone to"),
        ("ur", ("درج کرنے والا کوئی",), "nobody who records, where it is nobody to be recorded"),
        ("fr", ("tablette déconnectée",), "a browser leaves a session, a tablet is exclue"),
        ("hi", ("बंधुआगी",), "no word of law: bonded labour is बंधुआ मज़दूरी"),
        ("hi", ("यहीं रुकें", "रुक जाएँ"), "stay, where an interview is to stop"),
        ("ur", ("یہاں رک جائیں", "یا رک جائیں"), "stay, where an interview is to stop"),
        ("fr", ("Il y en a d'autres",), "asserts what is not known"),
        ("es", ("Hay más que",), "asserts what is not known"),
        ("pt", ("Há outros que",), "asserts what is not known"),
        ("sw", ("Kuna vingine visivyo",), "asserts what is not known"),
        ("hi", ("कन्वेंशन",), "one word for a convention of the ILO, अभिसमय"),
        ("hi", ("पालेर्मो", "सिफारिश"), "spelt पलेर्मो and सिफ़ारिश"),
        ("ne", ("पालेर्मो", "सिफारिश"), "spelt पलेर्मो and सिफारिस"),
        ("hi", ("आईएलओ",), "one spelling of the ILO in each language"),
        ("ne", ("आईएलओ",), "one spelling of the ILO in each language"),
        ("am", ("አይኤልኦ",), "one spelling of the ILO in each language"),
        ("bn", ("ILO",), "one spelling of the ILO in each language"),
        ("ur", ("ILO", "آرٹیکل"), "the ILO is آئی ایل او, an article دفعہ"),
        ("sw", ("Mkataba wa ILO 1", "Mkataba wa ILO 2"), "a convention has its Na."),
        ("sw", ("ibara 2", "Pendekezo 190"), "an article is a kifungu, Pendekezo la 190"),
        (
            "ar",
            ("العمل الدولية 182", "العمل الدولية 29", "الاتفاقية 182"),
            "a convention has its رقم",
        ),
        ("pt", ("ameaça de uma pena",), "the menace is that of a sanção"),
        ("hi", ("क़ानून", "ख़तर", "तारीख़", "बाक़ी", "ख़ाली", "आख़िरी", "काग़ज़"), "spelt both ways"),
        ("ne", ("कानुन", "सधैं", "आफैं", "नमुना"), "spelt both ways"),
        ("am", ("ሰንጠረ", "አኃዝ", "ምስጢር", "ደኅንነ"), "spelt both ways"),
        ("ar", ("اً",), "the tanwin stands before its alif, ًا"),
        ("es", ("periodo", "Periodo"), "spelt período"),
    ],
)
def test_words_that_say_something_else_do_not_come_back(language, words, why):
    assert said(language, *words) == [], why


ARTICLES = {
    **dict.fromkeys(("am", "ar", "hi", "ne"), r"\d ?\([a-e]\)"),
    **dict.fromkeys(("es", "fr"), r"\d ?\([a-e]\)"),
    **dict.fromkeys(("bn", "pt", "sw", "ur"), r"\d \([a-e]\)"),
}
"""By language how a lettered part of an article is not written: letters of its own where it has
some, "3 d)" in Spanish and French, "3(d)" in the others."""


@pytest.mark.parametrize("language", ARTICLES)
def test_articles_are_cited_in_one_way(language):
    (folder,) = [folder for folder in FOLDERS if folder.name == language]
    otherwise = [
        (name, text)
        for name, _english, text in pairs(folder)
        if re.search(ARTICLES[language], text) or re.search(r"[^\W\d_] \d \(\d\)", text)
    ]

    assert otherwise == []


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


def said_to_the_person(language):
    """Every sentence an officer may read aloud, by its question."""
    (folder,) = [folder for folder in FOLDERS if folder.name == language]
    return {name: text for name, _english, text in pairs(folder) if name.endswith(" say") and text}


NOT_OF_THE_PERSON = {
    *(
        "تعيش",
        "تعلّم",
        "تنظيف",
        "ترك",
        "تحت",
        "تلاميذ",
    ),  # the family lives; learning; cleaning; leaving; under; pupils
    *("تستخدمها", "تستغرق"),  # the family uses; the chores take
    *("تأخرت", "توقفت", "توقف", "تحدث"),  # the past: you were late, stopped; others did
}
"""Arabic words that begin as the second person does and are none, or are the same for all."""


def test_arabic_takes_the_person_for_neither_a_boy_nor_a_girl():
    """The present tense of the second person has a gender: it is not used, or in both forms."""
    second_person = re.compile(r"(?<![\w\u064b-\u0652])[وفسل]?(ت[\w\u064b-\u0652]{2,})(?!\w)")
    of_a_man = re.compile(r"ملزمًا|غائبًا|متأكدًا|مستعدًا|(?<!\w)أرني(?!\w)|(?<!\w)قل لي")
    for question, words in said_to_the_person("ar").items():
        both_forms = re.sub(r"(\w+)/\1ين(?!\w)", "", words)
        found = set(second_person.findall(both_forms)) - NOT_OF_THE_PERSON
        assert not found, (question, found)
        assert not of_a_man.search(words), question


OF_OTHERS = {
    "ur": {"consent_words", "abuse", "consent_given_by", "consent_purposes", "fl_can_leave"},
    "hi": {"involuntariness", "abuse", "consent_given_by", "consent_purposes", "fl_can_leave"},
    "fr": {"consent_words", "moved_with"},
}
"""Questions whose words hold such a word, and it is of somebody else, or of things: people work,
people treat, questions can be asked, money comes; employers nobody agreed to; a name is sent,
somebody came."""
OF_A_MAN = {
    "ur": r"(?<!\w)(?!ہفتے)(?:\w+تے|آئے|گئے|لائے|ہوئے|تھے|پہنچے|بڑے|چھوٹے|چلے|\w+یں گے)(?!\w)",
    "hi": r"(?:ते हैं|ते तो|सकते|(?<![\u0900-\u097f])(?:आए|गए|लाए|हुए|थे|पहुँचे|बड़े|चले)(?![\u0900-\u097f])"
    r"|(?:ेंगे|ूँगा))",
    "fr": r"\b(?:né|obligé|venu|allé|arrivé|absent|blessé|seul|âgé|prêt|amené|envoyé)\b",
}
"""Words that agree with the person in gender, as they stand for a boy or a man."""


@pytest.mark.parametrize("language", OF_A_MAN)
def test_what_is_read_aloud_takes_the_person_for_neither_a_boy_nor_a_girl(language):
    found = {
        name.split("'")[1]
        for name, words in said_to_the_person(language).items()
        if re.search(OF_A_MAN[language], words)
    }
    assert found == OF_OTHERS[language]


@each_language
def test_a_button_has_the_same_name_in_the_interview_as_on_it(folder):
    button = text("screens.bar.danger", folder.name)
    naming = [said for _name, english, said in pairs(folder) if "'Immediate danger'" in english]

    assert len(naming) == 2
    assert all(button in said for said in naming)
