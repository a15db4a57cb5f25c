import { registry } from "@web/core/registry";

const page = (name) => ({
    content: `Open the page ${name}`,
    trigger: `.o_form_view .o_notebook a[name='${name}']`,
    run: "click",
});

registry.category("web_tour.tours").add("key_account_prepare_review", {
    steps: () => [
        {
            content: "The figures of the year come by themselves",
            trigger: ".o_key_account_preparation:contains(Improved the most)",
        },
        {
            content: "Fill in the retrospective",
            trigger: "button[name='action_fill_look_back']",
            run: "click",
        },
        {
            content: "What was typed is still there, and what was collected is below it",
            trigger: ".o_field_widget[name='retrospective'] textarea:value(Annual review)",
        },
        page("issues"),
        {
            content: "Add an issue",
            trigger: ".o_field_widget[name='issue_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Say what it is",
            trigger: ".o_field_widget[name='issue_ids'] .o_selected_row td[name='name'] input",
            run: "edit Who looks after line 4?",
        },
        page("conditions"),
        {
            content: "Agree on the first condition",
            trigger: ".o_field_widget[name='condition_ids'] button[name='action_agree']:first",
            run: "click",
        },
        {
            content: "Agreed prices can be carried over now, but are not by themselves",
            trigger: ".o_form_view button:contains(Carry Over Prices)",
        },
        page("dates"),
        {
            content: "The review was held without a date having been agreed here",
            trigger: ".o_notebook button:contains(Mark as Held)",
            run: "click",
        },
        {
            content: "Confirm day and participants, and that the figures are frozen",
            trigger: ".modal button[name='action_hold']",
            run: "click",
        },
        {
            content: "Close it",
            trigger: "button[name='action_close']",
            run: "click",
        },
        {
            content: "No one is responsible for a result: the user is asked about it",
            trigger: ".modal button[name='action_close']",
            run: "click",
        },
        {
            content: "It is closed",
            trigger: ".o_statusbar_status button[data-value='closed'].o_arrow_button_current",
        },
    ],
});
