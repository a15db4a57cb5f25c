import { registry } from "@web/core/registry";

const card = (name) => `.o_key_account_person:contains(${name})`;

registry.category("web_tour.tours").add("key_account_page", {
    steps: () => [
        {
            content: "The account opens on where it stands",
            trigger: ".o_key_account_why:contains(Why)",
        },
        {
            content: "A number opens its records",
            trigger: ".o_key_account_numbers [data-key='revenue'] a",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row",
        },
        {
            content: "Back to the account",
            trigger: ".breadcrumb-item a:contains(Northfield), .o_back_button",
            run: "click",
        },
        {
            content: "So does a month",
            trigger: ".o_key_account_bars button:not(:disabled):last",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row",
        },
        {
            trigger: ".breadcrumb-item a:contains(Northfield), .o_back_button",
            run: "click",
        },
        {
            content: "What was done is on the same line",
            trigger: ".o_key_account_lane[data-lane='visits'] .o_key_account_mark",
        },
        {
            content: "And what is to be done next",
            trigger: ".o_key_account_next_steps .o_key_account_attention_title",
        },
        {
            content: "Documents",
            trigger: ".o_key_account_documents",
            run: "click",
        },
        {
            content: "Internal ones stand apart",
            trigger: ".dropdown-header:contains(Internal)",
        },
        {
            trigger: ".o_key_account_documents",
            run: "click",
        },
        {
            content: "People",
            trigger: ".o_notebook a[name='key_account_people']",
            run: "click",
        },
        {
            content: "Gaps are named",
            trigger: ".o_key_account_gaps:contains(No supporter at decision level.)",
        },
        {
            content: "Marcus reports to Ellen",
            trigger: card("Marcus Bell"),
            run: `drag_and_drop(${card("Ellen Cho")})`,
        },
        {
            content: "He is below her",
            trigger: `.o_key_account_tree ul ul ul ${card("Marcus Bell")}`,
        },
        {
            content: "Without a mouse",
            trigger: `${card("Ellen Cho")} button:contains(Edit)`,
            run: "click",
        },
        {
            content: "How she stands towards us",
            trigger:
                ".modal .o_field_widget[name='key_account_attitude'] input, .modal .o_field_widget[name='key_account_attitude'] select",
        },
        {
            content: "Nobody above her",
            trigger: ".modal .o_field_widget[name='key_account_reports_to_id'] input",
            run: "clear",
        },
        {
            trigger: ".modal .o_field_widget[name='function'] input",
            run: "edit Head of Quality",
        },
        {
            content: "Save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "She is at the top",
            trigger: `body:not(:has(.modal)) .o_key_account_tree > ul > li > ${card("Head of Quality")}`,
        },
        {
            content: "Address and invoicing are behind",
            trigger: ".o_notebook a[name='key_account_contact']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='street']",
        },
        {
            content: "With all that a contact has",
            trigger: ".o_notebook .o_notebook a[name='contact_addresses']",
        },
    ],
});

registry.category("web_tour.tours").add("key_account_page_of_representative", {
    steps: () => [
        {
            content: "Other numbers instead of internal ones",
            trigger: ".o_key_account_numbers:has([data-key='visits']):not(:has([data-key='margin_3']))",
        },
        {
            content: "Documents for the customer only",
            trigger: ".o_key_account_documents",
            run: "click",
        },
        {
            trigger: ".dropdown-menu:has(.dropdown-header:contains(For the Customer)):not(:contains(Internal))",
        },
        {
            trigger: ".o_key_account_documents",
            run: "click",
        },
        {
            trigger: ".o_notebook a[name='key_account_people']",
            run: "click",
        },
        {
            content: "The map is there to be read",
            trigger: ".o_key_account_people:has(.o_key_account_person):not(:has([draggable='true']))",
        },
    ],
});
