"""The pieces screens are drawn from: Material 3 in look, plain Kivy in cost.

Nothing here knows a case, a server or a rule. Text comes in already translated.
"""
