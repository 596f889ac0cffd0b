"""Releases: which tables are published, how they are protected together, who said yes, what is out.

A release is declared by one person, protected and audited by a job, approved by another person, and
published as an edition that is never changed. Readers outside the office see editions only.
"""
