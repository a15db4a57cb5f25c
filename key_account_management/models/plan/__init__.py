from . import (
    key_account_milestone,
    key_account_milestone_stage,
    key_account_milestone_type,
    key_account_plan,
    key_account_plan_input,
    key_account_plan_objective,
    key_account_plan_step,
)
