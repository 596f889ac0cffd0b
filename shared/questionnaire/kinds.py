"""The type words of an XLSForm that Tally87 knows, and what an answer of each is to a condition."""

from __future__ import annotations

from collections.abc import Mapping

from shared.questionnaire.functions import Type
from shared.questionnaire.model import Kind

KINDS: Mapping[str, Kind] = {
    "text": Kind.TEXT,
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "date": Kind.DATE,
    "note": Kind.NOTE,
    "calculate": Kind.CALCULATE,
    "select_one": Kind.SELECT_ONE,
    "select_multiple": Kind.SELECT_MULTIPLE,
    "select_one_from_file": Kind.SELECT_ONE,
    "select_multiple_from_file": Kind.SELECT_MULTIPLE,
}
TYPES: Mapping[Kind, Type] = {
    Kind.TEXT: Type.TEXT,
    Kind.INTEGER: Type.NUMBER,
    Kind.DECIMAL: Type.NUMBER,
    Kind.DATE: Type.DATE,
    Kind.SELECT_ONE: Type.CODE,
    Kind.SELECT_MULTIPLE: Type.CODES,
    Kind.NOTE: Type.ANY,
    Kind.CALCULATE: Type.ANY,
}
