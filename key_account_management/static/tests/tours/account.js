import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("key_account_permanent_check", {
    steps: () => [
        {
            content: "Only accounts with gaps",
            trigger: ".o_key_account_care_matrix input[name='gaps']",
            run: "check",
        },
        {
            content: "A gap of Hansen: markets",
            trigger:
                ".o_key_account_care_matrix tr:contains(Hansen Robotik) td[data-label='Markets and Competition'] button:contains(Gap)",
            run: "click",
        },
        {
            content: "Account and area are filled in",
            trigger: ".modal .o_field_widget[name='area_id'] input:value(Markets and Competition)",
        },
        {
            content: "Name the measure",
            trigger: ".modal .o_field_widget[name='name'] :is(input, textarea)",
            run: "edit Study of the furniture market",
        },
        {
            content: "Give it a deadline",
            trigger: ".modal .o_field_widget[name='date_end'] :is(input, button)",
            run: "click",
        },
        {
            content: "Today",
            trigger: ".o_date_picker .o_today",
            run: "click",
        },
        {
            content: "Save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The gap is closed; open the measure",
            trigger:
                ".o_key_account_care_matrix tr:contains(Hansen Robotik) td[data-label='Markets and Competition'] button:contains(1 active)",
            run: "click",
        },
        {
            content: "It is there",
            trigger: ".o_list_view .o_data_row:contains(Study of the furniture market)",
        },
        {
            content: "Back to the check",
            trigger: ".breadcrumb-item a:contains(Care Coverage), .o_back_button",
            run: "click",
        },
        {
            content: "The filter is as it was",
            trigger: ".o_key_account_care_matrix input[name='gaps']:checked",
        },
    ],
});

registry.category("web_tour.tours").add("key_account_plan_visit", {
    steps: () => [
        {
            content: "The account's tab of key accounts",
            trigger: ".o_form_view .o_notebook a[name='key_account']",
            run: "click",
        },
        {
            content: "Plan the visit",
            trigger: ".o_form_view button[name='action_plan_key_account_visit']",
            run: "click",
        },
        {
            content: "Nobody is invited unless chosen",
            trigger: ".modal .o_field_widget[name='invitation_note']:contains(Nobody is invited)",
        },
        {
            content: "Invite one",
            trigger: ".modal .o_field_widget[name='contact_ids'] input",
            run: "edit Diane Walsh",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Diane Walsh)",
            run: "click",
        },
        {
            content: "The form says who gets an email",
            trigger: ".modal .o_field_widget[name='invitation_note']:contains(Diane Walsh)",
        },
        {
            content: "Save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "It is planned",
            trigger: "body:not(:has(.modal)) .o_form_view .o_field_widget[name='key_account_planned_visit']",
        },
    ],
});
