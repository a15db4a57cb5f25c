from . import key_account_attention_decision
