import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const press = (key) => () => window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

registry.category("web_tour.tours").add("key_account_propose_and_present", {
    steps: () => [
        ...stepUtils.goToAppSteps("key_account_management.menu_root", "Open the app"),
        {
            content: "Open the reviews",
            trigger: ".o_menu_sections [data-menu-xmlid='key_account_management.menu_reviews']",
            run: "click",
        },
        {
            content: "Open the review in preparation",
            trigger: ".o_data_row:has(td[name='state']:contains(In Preparation)) td[name='partner_id']:contains(Hansen Robotik)",
            run: "click",
        },
        { content: "Go to date and place", trigger: ".o_notebook a[name='dates']", run: "click" },
        { content: "Add dates", trigger: "button[name='action_suggest_slots']", run: "click" },
        { trigger: "[name='slot_ids'] .o_data_row:eq(2)" },
        { content: "Propose them", trigger: "button[name='action_propose_dates']:contains(Propose Dates)", run: "click" },
        {
            content: "Read what the customer will read, in the customer's language",
            trigger: ".modal [name='preview']:contains(Termine für unser Jahresgespräch)",
        },
        { content: "Send", trigger: ".modal button[name='action_send']", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Proposed)" },
        { content: "Present", trigger: "button[name='action_present']", run: "click" },
        { trigger: ".o_key_account_present_counter:contains(/^1 \\//)" },
        { trigger: ".o_key_account_present_page", run: press("ArrowRight") },
        { content: "The second slide", trigger: ".o_key_account_present_counter:contains(/^2 \\//)" },
        { trigger: ".o_key_account_present_page", run: press("Home") },
        { content: "The first slide", trigger: ".o_key_account_present_counter:contains(/^1 \\//)" },
        { content: "Turn by a click on the slide", trigger: ".o_key_account_present_cover", run: "click" },
        { trigger: ".o_key_account_present_counter:contains(/^2 \\//)" },
        { content: "Leave", trigger: ".o_key_account_present_page", run: press("Escape") },
        { content: "Back on the review", trigger: "body:not(:has(.o_key_account_present)) .o_form_view" },
    ],
});
