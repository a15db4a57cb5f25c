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
            trigger: ".o_key_account_figures tr[data-code='revenue'] button:first",
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
            content: "By account manager",
            trigger: ".o_key_account_ranking label select",
            run: "select manager",
        },
        {
            content: "A total of Kim's accounts",
            trigger: ".o_key_account_ranking tr:contains(Kim Albers (7))",
        },
        {
            content: "Sort by margin",
            trigger: ".o_key_account_ranking th button:contains(Margin I)",
            run: "click",
        },
        {
            content: "Open an account",
            trigger: ".o_key_account_ranking button:contains(Hansen Robotik)",
            run: "click",
        },
        {
            content: "Its form is there",
            trigger: ".o_form_view .o_notebook a[name='key_account']",
        },
    ],
});
