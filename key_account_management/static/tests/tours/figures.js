import { registry } from "@web/core/registry";

const openAccount = [
    {
        content: "The account's tab of key accounts",
        trigger: ".o_form_view .o_notebook a[name='key_account']",
        run: "click",
    },
    {
        content: "Its fields are there",
        trigger: ".o_form_view .o_field_widget[name='key_account_status']",
    },
];

registry.category("web_tour.tours").add("key_account_open_account", { steps: () => openAccount });

registry.category("web_tour.tours").add("key_account_open_figures", {
    steps: () => [
        ...openAccount,
        {
            content: "Open the figures",
            trigger: ".o_form_view .o_notebook a[name='key_account_figures']",
            run: "click",
        },
        {
            content: "Open the revenue",
            trigger: ".o_key_account_figures tr[data-code='revenue'] button.text-start",
            run: "click",
        },
        {
            content: "By category",
            trigger: ".o_key_account_figures button:contains(Category)",
            run: "click",
        },
        {
            content: "A chart is drawn",
            trigger: ".o_key_account_chart canvas",
        },
    ],
});

registry.category("web_tour.tours").add("key_account_compare_accounts", {
    steps: () => [
        {
            content: "The accounts, with a sentence why",
            trigger: ".o_list_view .o_data_row:contains(Hansen Robotik) td[name='why']",
        },
        {
            content: "A total",
            trigger: ".o_list_view tfoot td:contains($)",
        },
        {
            content: "A number opens its invoices",
            trigger: ".o_data_row:contains(Hansen Robotik) td[name='revenue'] a",
            run: "click",
        },
        {
            content: "These are there",
            trigger: ".o_control_panel:contains(Revenue – Hansen Robotik)",
        },
        {
            content: "Back to the portfolio",
            trigger: ".o_control_panel a:contains(Portfolio)",
            run: "click",
        },
        {
            content: "Sort by revenue",
            trigger: ".o_list_view th[data-name='revenue']",
            run: "click",
        },
        {
            content: "Open an account",
            trigger: ".o_data_row:contains(Hansen Robotik) td[name='partner_id']",
            run: "click",
        },
        {
            content: "Its form is there",
            trigger: ".o_form_view .o_notebook a[name='key_account_overview']",
        },
    ],
});
