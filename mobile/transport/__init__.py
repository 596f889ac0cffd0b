"""The ways a parcel travels: HTTPS, a file, another tablet, a series of QR codes.

They carry bytes and cannot read them; nothing here changes a record. The only place with requests.
"""
