class Source:
    """Computes some figures from one kind of records, for all accounts of a `Request` at once."""

    codes = ()

    def __init__(self, request):
        self.request = request
        self.env = request.env
        self.currency = request.currency

    def compute(self):
        """:return: ``{account id: {code: Figure}}``, a figure for each account and code"""
        raise NotImplementedError

    def records(self, code):
        """Exactly the records that a figure of the request's accounts and period is made of.

        :return: (name of the model, domain), or None if there is nothing to open
        """
        return None
