"""The documents of key accounts: from what an audience may see to the files that people get.

``data`` says what an audience may see, ``slides`` what stands on a slide. ``pdf``, ``powerpoint`` and ``workbook``
make files of it. ``kinds`` is the one list of all documents.
"""
