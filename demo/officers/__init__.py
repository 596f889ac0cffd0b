"""Simulated officers: real tablets driven by a program, for demonstrations, journeys and benches.

Everything recorded here is a replayed survey interview or a drawn one, around made-up people.
The tablet under it is the real one: store, questionnaire, classification and sending. Nothing in
this package may be used to record a real person.
"""
