import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const APP = "key_account_management.";
const tours = registry.category("web_tour.tours");

/** Opens the app, wherever the user is. */
function openApp(content) {
    return [
        {
            isActive: ["community", "desktop"],
            trigger: ".o_navbar_apps_menu button:enabled",
            content: _t("Here are all your apps."),
            tooltipPosition: "bottom",
            run: "click",
        },
        ...stepUtils.toggleHomeMenu(),
        {
            trigger: `.o_app[data-menu-xmlid='${APP}menu_root']`,
            content,
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_key_account_start",
        },
    ];
}

/** Opens a menu of the app, on a phone from the list of all of them. */
function openMenu(item, content, section) {
    const first = {
        isActive: ["desktop"],
        trigger: `.o_menu_sections [data-menu-xmlid='${APP}${section || item}']`,
        content,
        tooltipPosition: "bottom",
        run: "click",
    };
    const second = {
        isActive: ["desktop"],
        trigger: `.dropdown-item[data-menu-xmlid='${APP}${item}']`,
        content,
        tooltipPosition: "right",
        run: "click",
    };
    return [
        ...(section ? [first, second] : [first]),
        {
            isActive: ["mobile"],
            trigger: ".o_main_navbar .o_menu_toggle",
            content,
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["mobile"],
            trigger: `.o_app_menu_sidebar [data-menu-xmlid='${APP}${item}']`,
            content,
            tooltipPosition: "bottom",
            run: "click",
        },
    ];
}

tours.add("key_account_tour_user", {
    url: "/odoo",
    steps: () => [
        ...openApp(_t("Your key accounts are in this app.")),
        ...openMenu(
            "menu_accounts",
            _t("Each day starts on this page: it says what needs you. Now look at your accounts.")
        ),
        {
            trigger: ".o_action_manager > .o_action.o_view_controller",
        },
        ...openMenu("menu_visits", _t("What was said is kept with your visits."), "menu_customer_visits"),
        {
            trigger: ".o_key_account_visits :is(.o_list_button_add, .o-kanban-button-new)",
            content: _t("Plan a visit here, and write its report on your phone right after the talk."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='purpose'] :is(input, textarea)",
            content: _t("Say what the visit is for: your preparation begins with it."),
            tooltipPosition: "bottom",
            run: "edit Talk about the next year",
        },
        {
            trigger: ".o_form_button_cancel",
            content: _t("Choose the account and save, or discard it for now."),
            tooltipPosition: "bottom",
            run: "click",
        },
    ],
});

tours.add("key_account_tour_manager", {
    url: "/odoo",
    steps: () => [
        ...openApp(_t("Your key accounts are in this app.")),
        ...openMenu(
            "menu_accounts",
            _t("Each day starts on this page: it says what needs you. First of all, add an account.")
        ),
        {
            trigger: ".o_list_button_add, .o-kanban-button-new",
            content: _t("Create your most important customer. Those you have already: convert them in Contacts."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='name'] :is(input, textarea)",
            content: _t("Type the customer's name."),
            tooltipPosition: "bottom",
            run: "edit Bright Lights",
        },
        {
            trigger: ".o_form_button_save:enabled",
            content: _t("Save. From now on, figures are computed, and reviews fall due."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
        {
            trigger: "button[name='action_prepare_key_account_review']",
            content: _t("Prepare the annual review: figures, agenda and the customer's folder come from here."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='year']",
        },
    ],
});

tours.add("key_account_tour_head", {
    url: "/odoo",
    steps: () => [
        ...openApp(_t("The key accounts of all your account managers are in this app.")),
        {
            trigger: ".o_key_account_start button[name='all']",
            content: _t("Each day starts on this page. Look at the accounts of all, also of those without a manager."),
            tooltipPosition: "bottom",
            run: "click",
        },
        ...openMenu("menu_ranking", _t("Compare all accounts, and keep what you ask often as a favorite.")),
        {
            trigger: ".o_action_manager > .o_action.o_view_controller",
        },
        {
            isActive: ["desktop", ".o_menu_sections_more"],
            trigger: ".o_menu_sections_more button",
            content: _t("The rules of the game are set under Configuration."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["desktop", ".o_menu_sections:not(:has(.o_menu_sections_more))"],
            trigger: `.o_menu_sections [data-menu-xmlid='${APP}menu_configuration']`,
            content: _t("The rules of the game are set under Configuration."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["mobile"],
            trigger: ".o_main_navbar .o_menu_toggle",
            content: _t("The rules of the game are set under Configuration."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: `:is(.dropdown-item, .o_app_menu_sidebar li)[data-menu-xmlid='${APP}menu_tiers']`,
            content: _t("Set how often the accounts of each tier are visited and reviewed."),
            tooltipPosition: "right",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_field_widget[name='visit_target'], .o_list_view [name='visit_target']",
        },
    ],
});
