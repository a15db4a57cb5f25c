"""The figures of an account, worked out a second time from the raw rows of the database.

Written from the definitions alone: nothing here imports the engine, its report or its SQL, and nothing is shared with
them but the names of codes. Rows come by plain ``SELECT``, amounts are `Decimal`, and each theme is a module with
straightforward loops. Where the definitions leave something open, the docstring says which reading was taken.

`company` makes the little companies that are looked at, `books` holds their rows, `look` is one account in one period,
`figures` says which function works out which code, `compare` puts both side by side.
"""
