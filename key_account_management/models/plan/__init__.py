from . import (
    key_account_milestone,
    key_account_milestone_follow,
    key_account_milestone_stage,
    key_account_milestone_type,
    key_account_plan,
    key_account_plan_check,
    key_account_plan_input,
    key_account_plan_next,
    key_account_plan_objective,
    key_account_plan_potential,
    key_account_target_plan,
)
