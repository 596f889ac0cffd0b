"""One widget for each kind of question, and the card that holds a question."""

from mobile.ui.widgets.questions.card import QuestionCard

__all__ = ["QuestionCard"]
