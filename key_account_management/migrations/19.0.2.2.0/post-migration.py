"""Frozen price lists say that their amounts are prices, which are shown to the cent."""


def migrate(cr, version):
    if not version:
        return
    mark_frozen_prices(cr)


def mark_frozen_prices(cr):
    """The columns of prices in the tables of held reviews: money before, prices now."""
    cr.execute("""
        UPDATE key_account_review_figure
           SET data = jsonb_set(data, '{table,columns}', (
                   SELECT jsonb_agg(
                              CASE WHEN col->>'kind' = 'money' THEN jsonb_set(col, '{kind}', '"price"') ELSE col END
                              ORDER BY position)
                     FROM jsonb_array_elements(data#>'{table,columns}') WITH ORDINALITY AS columns (col, position)))
         WHERE code IN ('special_price', 'special_price_difference', 'minimum_price')
           AND jsonb_typeof(data#>'{table,columns}') = 'array'
           AND jsonb_array_length(data#>'{table,columns}') > 0
    """)
