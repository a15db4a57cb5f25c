import { registry } from "@web/core/registry";

const press = (key) => () =>
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const PANEL = ".o_key_account_talk";

registry.category("web_tour.tours").add("key_account_talk", {
    steps: () => [
        { trigger: ".o_key_account_present_counter:contains(/^1 \\//)" },
        { content: "Results and minutes", trigger: ".o_key_account_present_page", run: press("p") },
        {
            content: "Write down what is said",
            trigger: `${PANEL} .o_kam_note`,
            run: "edit They <like> the pilot",
        },
        { content: "It is saved by itself", trigger: `${PANEL} .o_kam_status:contains(/^Saved$/)` },
        { content: "The agenda", trigger: `${PANEL} [data-tab='topic']`, run: "click" },
        { trigger: `${PANEL} .o_kam_name:contains(Pilot)`, run: "click" },
        { content: "What was agreed", trigger: `${PANEL} .o_kam_result textarea`, run: "edit Start in May" },
        { content: "Who does it", trigger: `${PANEL} .o_kam_who`, run: "selectByIndex 1" },
        { trigger: `${PANEL} .o_kam_part:has(.o_kam_result) [type='checkbox']`, run: "click" },
        { trigger: `${PANEL} .o_kam_status:contains(/^Saved$/)` },
        { content: "Conditions", trigger: `${PANEL} [data-tab='condition']`, run: "click" },
        { content: "Agreed as proposed", trigger: `${PANEL} .o_kam_agree`, run: "click" },
        { trigger: `${PANEL} .badge:contains(Agreed)` },
        { trigger: `${PANEL} .o_kam_status:contains(/^Saved$/)` },
        { content: "Close the panel", trigger: `${PANEL} .o_kam_close`, run: "click" },
        { content: "Jump to the third slide", trigger: ".o_key_account_present_page", run: press("3") },
        { trigger: ".o_key_account_present_typed:contains(3)", run: press("Enter") },
        { trigger: ".o_key_account_present_counter:contains(/^3 \\//)" },
        { content: "All slides at a glance", trigger: ".o_key_account_present_page", run: press("g") },
        { content: "Go to the second one", trigger: ".o_kam_overview .btn:eq(1)", run: "click" },
        { trigger: ".o_key_account_present_counter:contains(/^2 \\//)" },
        { content: "Exit", trigger: ".o_key_account_present_page", run: press("Escape") },
        { content: "Go to what was written", trigger: ".o_notebook a[name='minutes']", run: "click" },
        { trigger: "[name='note_ids'] .o_data_row:contains(They <like> the pilot)" },
    ],
});
