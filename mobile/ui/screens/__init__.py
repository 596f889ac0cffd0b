"""The screens: each a module and a .kv of the same name, built when first opened.

A screen knows the use cases (mobile.tablet and what it leads to) and nothing below them.
"""
