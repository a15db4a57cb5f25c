from . import key_account_assessment_mixin, key_account_audience_mixin, key_account_kept_mixin

# isort: split
# After the mixins
from . import (
    key_account_candidate,
    key_account_category_purchase,
    key_account_customer_revenue,
    key_account_customer_revenue_state,
    key_account_demand,
    key_account_figure_definition,
    key_account_figures,
    key_account_forecast,
    key_account_forecast_basis,
    key_account_kpi,
    key_account_peer_group,
    key_account_rating,
    key_account_satisfaction,
    key_account_snapshot,
    key_account_target,
)
