def record_id(text):
    """The id of a record in an address, in which anything can be written.

    Not left to ``<int:…>``: what has more digits than Python reads is an error there.

    :return: the id, 0 if no record has it
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) < 2**31 else 0
