import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("key_account_start", {
    steps: () => [
        {
            content: "The app opens on the start page, with what needs the user",
            trigger: ".o_key_account_start .o_key_account_attention",
        },
        {
            content: "Internal numbers are there",
            trigger: ".o_key_account_start_totals:has([data-code=margin]):has([data-code=forecast])",
        },
        {
            content: "Dismiss the first matter",
            trigger: ".o_key_account_attention:first button[name=dismiss]",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".o_key_account_attention input[name=reason]",
            run: "edit Agreed on the phone",
        },
        {
            content: "Confirm",
            trigger: ".o_key_account_attention button[name=answer]",
            run: "click",
        },
        {
            content: "It is gone, and can be found",
            trigger: "button[name=dismissed]",
            run: "click",
        },
        {
            content: "With its reason; bring it back",
            trigger: ".o_data_row:contains(Agreed on the phone) button[name=action_bring_back]",
            run: "click",
        },
        {
            content: "It is back",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Agreed on the phone)))",
        },
    ],
});

tours.add("key_account_start_representative", {
    steps: () => [
        {
            content: "Accounts and numbers, none of them internal",
            trigger:
                ".o_key_account_start_totals:has([data-code=revenue]):not(:has([data-code=margin], [data-code=overdue], [data-code=forecast]))",
        },
        {
            content: "Open an account",
            trigger: ".o_key_account_start_row:first",
            run: "click",
        },
        {
            content: "It is open",
            trigger: ".o_form_view",
        },
    ],
});
