"""The documents of key accounts: from what an audience may see to the files that people get.

``data`` says what an audience may see, ``slides`` what is on a slide. ``pdf``, ``powerpoint`` and ``workbook``
turn it into files. ``kinds`` is the one list of all documents.
"""
