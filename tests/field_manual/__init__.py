"""The field manual: pages of words and pictures of the real screens, in every language.

``python -m tests.field_manual FOLDER [LANGUAGE ...]`` writes one HTML page and one PDF for each
language. The sentences are those of the screens where there are any, so that manual and tablet say
the same; what is said besides stands in the catalogue ``manual``. A language nobody has reviewed
says so on every page.
"""
