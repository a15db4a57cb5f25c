import { registry } from "@web/core/registry";

const formIsSaved =
    ".o_form_view:not(.o_form_dirty) .o_form_saved, .o_form_view .o_form_status_indicator_buttons.invisible";

// The account manager, in English: adds a guideline, informs, and sees who has not been briefed
registry.category("web_tour.tours").add("key_account_inform_representative", {
    steps: () => [
        {
            content: "A guideline more",
            trigger: ".o_field_widget[name='guideline_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "What to do",
            trigger: ".o_field_widget[name='guideline_ids'] .o_selected_row .o_field_widget[name='text'] input",
            run: "edit Visit the plant first",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Saved",
            trigger: formIsSaved,
        },
        {
            content: "The participants",
            trigger: ".o_notebook a[name='participants']",
            run: "click",
        },
        {
            content: "Robin is to be informed",
            trigger: ".o_field_widget[name='participant_ids'] tr:contains(Robin Fischer):contains(To Be Informed)",
        },
        {
            content: "Inform",
            trigger: "button[name='action_inform']",
            run: "click",
        },
        {
            content: "Robin has to confirm",
            trigger:
                ".o_field_widget[name='participant_ids'] tr:contains(Robin Fischer):contains(Waiting for Confirmation)",
        },
        {
            content: "Everybody is informed",
            trigger: "body:not(:has(button[name='action_inform']))",
        },
    ],
});

// The sales representative, in German: sees next to the opportunity what is agreed, and confirms
registry.category("web_tour.tours").add("key_account_confirm_briefing", {
    steps: () => [
        {
            content: "What is agreed for the customer",
            trigger: ".o_key_account_sales_panel:contains(Vereinbart für Hansen Robotik GmbH)",
        },
        {
            content: "The new guideline",
            trigger: ".o_key_account_sales_panel li:contains(Visit the plant first)",
        },
        {
            content: "Confirm",
            trigger: ".o_key_account_sales_panel button:contains(Einweisung bestätigen)",
            run: "click",
        },
        {
            content: "Briefed",
            trigger: ".o_key_account_sales_panel .badge:contains(Eingewiesen)",
        },
        {
            content: "Open the plan",
            trigger: ".o_key_account_sales_panel .o_key_account_panel_plan",
            run: "click",
        },
        {
            content: "It is there, to read",
            trigger: ".o_form_readonly .o_field_widget[name='guideline_ids']",
        },
    ],
});
