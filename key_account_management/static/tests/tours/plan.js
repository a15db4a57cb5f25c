import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const card = ".o_kanban_record:contains(Concept for the sorting hall accepted)";
const column = (name) => `.o_kanban_group:has(.o_kanban_header:contains(${name}))`;

registry.category("web_tour.tours").add("key_account_drag_milestone", {
    steps: () => [
        ...stepUtils.goToAppSteps("key_account_management.menu_root", "Open the app"),
        {
            content: "Open the menu of action plans",
            trigger: "button[data-menu-xmlid='key_account_management.menu_action_plans']",
            run: "click",
        },
        {
            content: "Open the board",
            trigger: ".dropdown-item[data-menu-xmlid='key_account_management.menu_milestones']",
            run: "click",
        },
        {
            content: "Drag the milestone to the customer",
            trigger: `${column("Planned")} ${card}`,
            run: `drag_and_drop(${column("With the Customer")})`,
        },
        {
            content: "It is there",
            trigger: `${column("With the Customer")} ${card}`,
        },
        {
            content: "Open it",
            trigger: `${column("With the Customer")} ${card}`,
            run: "click",
        },
        {
            content: "Its stage was saved",
            trigger: ".o_form_view .o_statusbar_status button.o_arrow_button_current:contains(With the Customer)",
        },
    ],
});

registry.category("web_tour.tours").add("key_account_copy_plan", {
    steps: () => [
        {
            content: "Open the plan of the account",
            trigger: ".o_data_row:contains(Northfield Packaging) td[name='partner_id']",
            run: "click",
        },
        {
            content: "Copy it",
            trigger: ".o_form_view button[name='action_copy_into_next_period']",
            run: "click",
        },
        {
            content: "The next plan says where it comes from",
            trigger: ".o_form_view .o_field_widget[name='source_id']:contains(Northfield Packaging)",
        },
        {
            content: "Look at its milestones",
            trigger: ".o_form_view .o_notebook a[name='milestones']",
            run: "click",
        },
        {
            content: "What was open goes on",
            trigger:
                ".o_field_widget[name='milestone_ids'] .o_data_row:contains(Concept for the sorting hall accepted)",
        },
    ],
});
