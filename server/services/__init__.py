"""What the office does: each module one task, told its transaction, never a request.

Routes call these; these use the models. Disclosure control sees tables, never case records.
"""
