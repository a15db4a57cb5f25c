import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
// From wherever the log-in leads, two clicks: the apps, the app
const OPEN_APP = [
    stepUtils.showAppsMenuItem(),
    {
        content: "Open the app",
        trigger: ".o_app[data-menu-xmlid='key_account_management.menu_root']",
        run: "click",
    },
];
const ITEM = ".o_key_account_attention:first";

tours.add("key_account_way_today", {
    url: "/odoo",
    steps: () => [
        ...OPEN_APP,
        {
            content: "Which account needs the user most",
            trigger: `${ITEM} .fw-bold button:not(:empty)`,
        },
        {
            content: "Why",
            trigger: `${ITEM} .o_key_account_attention_sentence:not(:empty)`,
        },
        {
            content: "How the accounts stand, each with its reason",
            trigger: ".o_key_account_start_row:first .o_key_account_start_name .text-muted:not(:empty)",
        },
        {
            content: "What to do now: do it",
            trigger: `${ITEM} button.btn-primary`,
            run: "click",
        },
        {
            content: "It asks, says that it was done, or opens what is to be worked on",
            trigger: `${ITEM} form, .o_notification, .modal .o_form_view, .o_action_manager .o_form_view, .o_list_view`,
        },
    ],
});

tours.add("key_account_way_new_account", {
    url: "/odoo",
    steps: () => [
        ...OPEN_APP,
        {
            content: "The accounts",
            trigger: ".o_menu_sections [data-menu-xmlid='key_account_management.menu_accounts']",
            run: "click",
        },
        {
            content: "A new one",
            trigger: ".o_list_button_add, .o-kanban-button-new",
            run: "click",
        },
        {
            content: "Its name",
            trigger: ".o_form_view .o_field_widget[name='name'] :is(input, textarea)",
            run: "edit Bright Lights",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save:enabled",
            run: "click",
        },
        {
            content: "It is an account, with a page of its own",
            trigger: ".o_form_saved button[name='action_write_key_account_report']",
        },
        {
            content: "Its review",
            trigger: "button[name='action_prepare_key_account_review']",
            run: "click",
        },
        {
            content: "Save the review",
            trigger: ".o_form_view:has(.o_field_widget[name='year']) .o_form_button_save",
            run: "click",
        },
        {
            content: "Its agenda",
            trigger: ".o_form_saved .o_notebook a[name='agenda']",
            run: "click",
        },
        {
            content: "It is filled in",
            trigger: ".o_form_saved:has(.o_field_widget[name='topic_ids'] .o_data_row)",
        },
        {
            content: "The next day starts with it",
            trigger: ".o_menu_sections [data-menu-xmlid='key_account_management.menu_start']",
            run: "click",
        },
        {
            content: "The account is there",
            trigger: ".o_key_account_start_row:contains(Bright Lights)",
        },
    ],
});
