"""A number is the same number whatever keyboard it was typed on, or it is not read at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.numerals import NotANumber, latin_digits, read_decimal, read_whole

SCRIPTS = {
    "latin": "0123456789",
    "arabic": "٠١٢٣٤٥٦٧٨٩",
    "persian and urdu": "۰۱۲۳۴۵۶۷۸۹",
    "devanagari": "०१२३४५६७८९",
    "bengali": "০১২৩৪৫৬৭৮৯",
    "full width": "０１２３４５６７８９",
}


def in_script(text: str, digits: str) -> str:
    return text.translate(str.maketrans("0123456789", digits))


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(sorted(SCRIPTS)))
def test_whole_number_reads_the_same_in_every_script(number: int, script: str) -> None:
    assert read_whole(in_script(str(number), SCRIPTS[script])) == number
    assert latin_digits(in_script(str(number), SCRIPTS[script])) == str(number)


@given(
    st.integers(0, 10**12),
    st.integers(0, 99),
    st.sampled_from(sorted(SCRIPTS)),
    st.sampled_from([".", ",", "٫", "،"]),
)
def test_decimal_reads_the_same_in_every_script(
    whole: int, cents: int, script: str, sign: str
) -> None:
    typed = in_script(f"{whole}{sign}{cents:02}", SCRIPTS[script])

    assert read_decimal(typed) == float(f"{whole}.{cents:02}")


@given(st.integers(1000, 10**15 - 1), st.sampled_from(sorted(SCRIPTS)), st.sampled_from("٬'’   "))
def test_thousands_are_read_where_their_sign_can_be_nothing_else(
    number: int, script: str, sign: str
) -> None:
    typed = in_script(f"{number:,}".replace(",", sign), SCRIPTS[script])

    assert read_whole(typed) == number
    assert read_decimal(typed + "٫٥") == number + 0.5


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("٧٫٥", 7.5),
        ("۷٫۵", 7.5),
        ("७.५", 7.5),
        ("৭,৫", 7.5),
        ("7.", 7.0),
        ("٧٫", 7.0),
        (".5", 0.5),
        ("1,234,567.25", 1234567.25),
        ("1.234.567,25", 1234567.25),
        ("12,34,567", 1234567.0),
        ("−3", -3.0),
        ("\u200e-\u0667", -7.0),
        ("\u2067٧٫٥\u2069", 7.5),
        (" 40 ", 40.0),
    ],
)
def test_number_is_read_as_it_was_meant(typed: str, number: float) -> None:
    assert read_decimal(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        *("1.500", "1,500", "٧،٥٠٠", "12.345"),  # fifteen hundred to one, one and a half to another
        *("7²", "7½", "VII", "7 5", "7..5", "7.5.2", "7,5,2", "1,23,4", "1 234,567", "7.256"),
        *("", " ", ".", "-", "--7", "7-", "1e5", "inf", "nan", "1_0", "0x10", "٧٫٫", "2o", "٧ر٥"),
        *("9" * 16, "७৭x", "5h", "፲፲", "፩፩", "፲7"),
    ],
)
def test_what_is_not_certain_is_not_read(typed: str) -> None:
    for read in (read_decimal, read_whole):
        with pytest.raises(NotANumber):
            read(typed)


@pytest.mark.parametrize("typed", ["7.5", "٧٫٥", "7,0", "7."])
def test_whole_number_has_no_decimal_sign(typed: str) -> None:
    with pytest.raises(NotANumber):
        read_whole(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        *(("፩", 1), ("፲", 10), ("፲፬", 14), ("፺፱", 99), ("፻", 100), ("፪፻", 200)),
        *(("፻፩", 101), ("፲፱፻፹፯", 1987), ("፳፻፲፱", 2019), ("፼", 10_000), ("፪፼፫፻፬", 20_304)),
    ],
)
def test_ethiopic_numerals_are_read(typed: str, number: int) -> None:
    assert read_whole(typed) == number
    assert read_decimal(typed) == float(number)


@given(st.text(max_size=12))
def test_nothing_typed_breaks_the_reader_or_gains_a_digit(typed: str) -> None:
    try:
        number = read_decimal(typed)
    except NotANumber:
        return
    assert abs(number) < 10**16
