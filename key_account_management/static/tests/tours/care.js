import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("key_account_add_measure_from_opportunity", {
    steps: () => [
        {
            content: "Add a measure",
            trigger: ".o_form_view button[name='action_add_key_account_measure']",
            run: "click",
        },
        {
            content: "The account is filled in",
            trigger: ".modal .o_field_widget[name='partner_id'] input:value(Hansen Robotik GmbH)",
        },
        {
            content: "Name it",
            trigger: ".modal .o_field_widget[name='name'] textarea",
            run: "edit Sample Parts from the Line",
        },
        {
            content: "Open the deadline",
            trigger: ".modal .o_field_widget[name='date_end'] button, .modal .o_field_widget[name='date_end'] input",
            run: "click",
        },
        {
            content: "Type it",
            trigger: ".modal .o_field_widget[name='date_end'] input",
            run: "edit 31.12.2099 && press Enter",
        },
        {
            content: "Save it",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Back on the opportunity",
            trigger: "body:not(:has(.modal)) .o_form_view button[name='action_add_key_account_measure']",
        },
    ],
});

registry.category("web_tour.tours").add("key_account_close_measure_by_dragging", {
    steps: () => [
        {
            content: "Drag the measure to Done",
            trigger: ".o_kanban_group:contains(Planned) .o_kanban_record:contains(Call of the Tour)",
            run: "drag_and_drop (.o_kanban_group:has(.o_column_title:contains('Done')))",
        },
        {
            content: "It is there",
            trigger: ".o_kanban_group:contains(Done) .o_kanban_record:contains(Call of the Tour)",
        },
        {
            content: "Open it",
            trigger: ".o_kanban_group:contains(Done) .o_kanban_record:contains(Call of the Tour)",
            run: "click",
        },
        {
            content: "Its next one is planned",
            trigger: ".o_form_view button[name='action_view_successor']",
            run: "click",
        },
        {
            content: "The next one comes after it",
            trigger: ".o_form_view button[name='action_view_predecessor']",
        },
    ],
});
