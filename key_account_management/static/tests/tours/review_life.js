import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const press = (key) => () =>
    window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

const openReview = () => [
    ...stepUtils.goToAppSteps("key_account_management.menu_root", "Open the app"),
    {
        content: "Open the reviews",
        trigger: ".o_menu_sections [data-menu-xmlid='key_account_management.menu_reviews']",
        run: "click",
    },
];

registry.category("web_tour.tours").add("key_account_life_prepare_and_propose", {
    steps: () => [
        ...openReview(),
        {
            content: "Open the review in preparation",
            trigger:
                ".o_data_row:has(td[name='state']:contains(In Preparation)) td[name='partner_id']:contains(Hansen Robotik)",
            run: "click",
        },
        { content: "Say why we meet", trigger: "[name='opening_occasion'] textarea", run: "edit Ten years together" },
        { content: "Go to date and place", trigger: ".o_notebook a[name='dates']", run: "click" },
        { content: "Add dates", trigger: "button[name='action_suggest_slots']", run: "click" },
        { trigger: "[name='slot_ids'] .o_data_row:eq(2)" },
        {
            content: "Propose them",
            trigger: "button[name='action_propose_dates']:contains(Propose Dates)",
            run: "click",
        },
        {
            content: "Read what the customer will read, in the customer's language",
            trigger: ".modal [name='preview']:contains(Termine für unser Jahresgespräch)",
        },
        { content: "Send", trigger: ".modal button[name='action_send']", run: "click" },
        {
            content: "It was proposed",
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Dates Proposed)",
        },
    ],
});

registry.category("web_tour.tours").add("key_account_life_present_and_close", {
    steps: () => [
        ...openReview(),
        {
            content: "The customer chose a date",
            trigger:
                ".o_data_row:has(td[name='state']:contains(Scheduled)) td[name='partner_id']:contains(Hansen Robotik)",
            run: "click",
        },
        {
            content: "Whoever was asked takes part",
            trigger: ".o_field_widget[name='participant_ids']:contains(Frauke Hansen)",
        },
        { content: "Present", trigger: "button[name='action_present']", run: "click" },
        { trigger: ".o_key_account_present_counter:contains(/^1 \\//)" },
        { trigger: ".o_key_account_present_page", run: press("ArrowRight") },
        { content: "The second slide", trigger: ".o_key_account_present_counter:contains(/^2 \\//)" },
        { trigger: ".o_key_account_present_page", run: press("Home") },
        { content: "The first slide", trigger: ".o_key_account_present_counter:contains(/^1 \\//)" },
        { content: "Turn by a click on the slide", trigger: ".o_key_account_present_cover", run: "click" },
        { trigger: ".o_key_account_present_counter:contains(/^2 \\//)" },
        { content: "Exit", trigger: ".o_key_account_present_page", run: press("Escape") },
        { trigger: "body:not(:has(.o_key_account_present)) .o_form_view" },
        { content: "Go to the agenda", trigger: ".o_notebook a[name='agenda']", run: "click" },
        {
            content: "Note what was settled about the first topic",
            trigger: "[name='topic_ids'] .o_data_row:first td[name='result']",
            run: "click",
        },
        {
            trigger: "[name='topic_ids'] .o_selected_row td[name='result'] textarea",
            run: "edit A pilot on line 2 in May",
        },
        {
            content: "The meeting is over",
            trigger: ".o_form_statusbar button:contains(Mark as Held)",
            run: "click",
        },
        {
            content: "On the day and with those that were agreed",
            trigger: ".modal button[name='action_hold']",
            run: "click",
        },
        { content: "Close it", trigger: "button[name='action_close']", run: "click" },
        {
            content: "No one does it yet: the user is asked about it",
            trigger: ".modal .alert:contains(A pilot on line 2 in May)",
        },
        {
            content: "The next plan is to hold it",
            trigger: ".modal [name='takes_results'] input:checked",
        },
        { trigger: ".modal button[name='action_close']:contains(Close Anyway)", run: "click" },
        {
            content: "It is closed",
            trigger: "body:not(:has(.modal)) .o_statusbar_status button[data-value='closed'].o_arrow_button_current",
        },
        {
            content: "Open the plan that holds the results",
            trigger: ".o-mail-Message:contains(Results were transferred to) a[data-oe-model='key.account.plan']",
            run: "click",
        },
        { content: "Go to what it starts from", trigger: ".o_notebook a[name='inputs']", run: "click" },
        {
            content: "The result is there",
            trigger: "[name='input_ids'] .o_data_row:contains(A pilot on line 2 in May)",
        },
    ],
});
