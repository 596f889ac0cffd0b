"""What the machine under the tablet gives: network, position, files that survive power loss, the
diagnostic log. Nothing here knows a record.
"""
