import { registry } from "@web/core/registry";

const REPORT = ".o_key_account_visit_report";

registry.category("web_tour.tours").add("key_account_visit_report", {
    steps: () => [
        {
            content: "The visit that waits for its report",
            trigger: ".o_kanban_record:contains(Prices of the tour) button[name='action_write_report']",
            run: "click",
        },
        {
            content: "The account is filled in, and what to know",
            trigger: `${REPORT}:has(h1:contains(Northfield)) .o_kam_know:contains(promises open)`,
        },
        {
            content: "Write what was said",
            trigger: `${REPORT} textarea`,
            run: "edit Fixed delivery days before volume",
        },
        {
            content: "Who was there",
            trigger: `${REPORT} .o_kam_people button:contains(Diane Walsh)`,
            run: "click",
        },
        {
            content: "Tick what is done",
            trigger: `${REPORT} .o_kam_open:contains(Call of the tour) input`,
            run: "click",
        },
        {
            content: "Add a measure",
            trigger: `${REPORT} .o_kam_add button[data-kind='measure']`,
            run: "click",
        },
        {
            content: "Name it",
            trigger: `${REPORT} .o_kam_new input[type='text']`,
            run: "edit Weekly figures of the tour",
        },
        {
            content: "The mood of the one who was there",
            trigger: `${REPORT} .o_kam_moods:contains(Diane Walsh) button:contains(4)`,
            run: "click",
        },
        {
            content: "A reload loses nothing",
            trigger: `${REPORT} .o_kam_moods button.btn-primary:contains(4)`,
            run: () => window.location.reload(),
            expectUnloadPage: true,
        },
        {
            content: "Everything is still there",
            trigger: `${REPORT}:has(.o_kam_moods button.btn-primary:contains(4)):has(.o_kam_open:contains(Call of the tour) input:checked) textarea:value(Fixed delivery days before volume)`,
        },
        {
            content: "Save",
            trigger: `${REPORT} .o_kam_save`,
            run: "click",
        },
        {
            content: "The card says what was made",
            trigger: `${REPORT} .o_kam_saved:contains(Weekly figures of the tour)`,
        },
        {
            content: "Open the visit",
            trigger: `${REPORT} .o_kam_open_visit`,
            run: "click",
        },
        {
            content: "It has been reported",
            trigger: ".o_form_view .o_field_widget[name='result'] textarea:value(Fixed delivery days before volume)",
        },
    ],
});
