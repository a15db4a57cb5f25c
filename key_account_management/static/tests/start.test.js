import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryText } from "@odoo/hoot-dom";
import { contains, getService, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { WebClient } from "@web/webclient/webclient";

import { defineKeyAccountModels, formOf, recordActions } from "./key_account_test_helpers";

defineKeyAccountModels();

const makeItem = (values) => ({
    ref: "overdue:1:101:0",
    code: "overdue",
    account: { id: 101, name: "Hansen Robotik" },
    company: "",
    title: "Invoices are overdue",
    sentence: "Open invoices are past their due date.",
    amount: 135996,
    amount_text: "135.996 €",
    currency: "EUR",
    severity: "danger",
    day: false,
    when: "",
    responsible: "",
    path: "/odoo/key-accounts/101",
    evidence: "Invoices",
    actions: [
        { name: "add_measure", label: "Add Measure", asks: "" },
        { name: "hand_over", label: "Delegate", asks: "user" },
    ],
    ...values,
});

const MEASURE = makeItem({
    ref: "measure:1:101:7",
    code: "measure",
    title: "Measure overdue: Call",
    amount: null,
    amount_text: "",
    when: "5 days ago",
    evidence: "",
    actions: [
        { name: "done", label: "Done", asks: "" },
        { name: "postpone", label: "Postpone", asks: "day" },
        { name: "rate", label: "Rate Effect", asks: "effect" },
    ],
});

const ROW = {
    id: 1,
    account_id: 101,
    name: "Hansen Robotik",
    company: "",
    is_computed: true,
    why: "Motor −192 Tsd. €",
    health: "48",
    light: "danger",
    health_change: "−6",
    health_tone: "danger",
    revenue: "620 Tsd. €",
    revenue_change: "−28,7 %",
    revenue_tone: "danger",
    chart: { values: [1, 2], labels: ["Jan", "Feb"], texts: ["1 €", "2 €"] },
    progress: { invoiced: 56, expected: 80, target: 100, text: "671 / 900", is_behind: true },
    overdue: "",
    last_visit: "12. Juli",
    next_visit: "",
    is_visit_overdue: true,
    next_review: "8. Dez.",
    is_review_overdue: false,
};

function makeStart(values = {}) {
    return {
        name: "Kim",
        today: "Sonntag, 29. November",
        as_of: "29.11. 04:10",
        scope: "mine",
        scopes: [
            { key: "mine", label: "Mine", count: 1 },
            { key: "all", label: "All", count: 7 },
        ],
        manager: 0,
        managers: [],
        unassigned: 0,
        totals: [
            { code: "revenue", label: "Revenue to Date", value: "5,2 Mio. €", detail: "+5,2 %", tone: "success" },
            { code: "margin", label: "Contribution Margin I", value: "", detail: "", tone: "" },
        ],
        notes: [],
        attention: { count: 12, items: [makeItem(), MEASURE], dismissed: 3 },
        changed: { since: "27.11.", lines: [{ text: "Done: Call", account: { id: 101, name: "Hansen Robotik" } }] },
        accounts: { count: 1, rows: [ROW] },
        may_see_portfolio: true,
        empty: null,
        ...values,
    };
}

let opened;
let start;
beforeEach(() => {
    opened = recordActions();
    start = makeStart();
    onRpc("key.account.snapshot", "get_start", ({ args }) => {
        expect.step(`start ${args.map(String).join(" ")}`);
        return start;
    });
    onRpc("res.partner", "get_formview_action", ({ args }) => formOf("res.partner", args[0][0]));
    onRpc("key.account.snapshot", "note_start_seen", () => {
        expect.step("seen");
        return true;
    });
});

async function openStart() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "key_account_management.start" });
}

test("what needs the user, what has changed, and the accounts", async () => {
    await openStart();
    expect.verifySteps(["start null 0 false", "seen"]);
    expect(queryAllTexts(".o_key_account_attention_title")).toEqual(["Invoices are overdue", "Measure overdue: Call"]);
    expect(".o_key_account_attention:first").toHaveText(/135\.996 €/);
    expect(".o_key_account_attention:last").toHaveText(/5 days ago/);
    expect("[data-code=margin] .fs-4").toHaveText("–");
    expect(".o_key_account_start_row").toHaveText(/Motor −192 Tsd\. €/);
    expect(".o_key_account_start_mark").toHaveAttribute("style", "left: 100%");
    expect(queryText(".o_key_account_start_attention li")).toMatch(/Done: Call/);
    await contains(".o_key_account_start_row").click();
    expect(opened).toEqual([[formOf("res.partner", 101), undefined]]);
});

test("all that needs attention, and other accounts", async () => {
    await openStart();
    await contains("button[name=show_all]").click();
    start = makeStart({
        scope: "all",
        managers: [{ id: 5, name: "Alex", count: 4 }],
        unassigned: 2,
    });
    await contains("button[name=all]").click();
    await contains("select[name=manager]").select("5");
    await contains("select[name=manager]").select("-1");
    expect.verifySteps([
        "start null 0 false",
        "seen",
        "start mine 0 true",
        "start all 0 true",
        "start all 5 true",
        "start all -1 true",
    ]);
});

test("dismissed with a reason", async () => {
    onRpc("key.account.attention.decision", "get_choices", () => ({ people: [], until: "2026-12-30" }));
    onRpc("key.account.attention.decision", "dismiss", ({ args }) => {
        expect.step(args.join(" "));
        return "Dismissed until 12/30/2026.";
    });
    await openStart();
    expect.verifySteps(["start null 0 false", "seen"]);
    await contains(".o_key_account_attention:first button[name=dismiss]").click();
    // Enter confirms
    await contains("input[name=reason]").edit("They pay tomorrow");
    expect.verifySteps(["overdue:1:101:0 They pay tomorrow 2026-12-30", "start mine 0 false"]);
});

test("settled right there, or by somebody else", async () => {
    let isSettled = false;
    onRpc("key.account.attention.decision", "settle", ({ args: [ref, name, values] }) => {
        expect.step(`${name} ${ref} ${values.effect || ""}`.trim());
        if (isSettled) {
            throw makeServerError({ message: "This has been settled in the meantime." });
        }
        return { message: "Done: Call", action: null };
    });
    await openStart();
    await contains(".o_key_account_attention:last button[name=done]").click();
    await contains(".o_key_account_attention:last button[name=rate]").click();
    await contains(".o_key_account_attention:last button[name=strong]").click();
    isSettled = true;
    await contains(".o_key_account_attention:last button[name=done]").click();
    expect(".o_key_account_attention:last [role=alert]").toHaveText("This has been settled in the meantime.");
    expect.verifySteps([
        "start null 0 false",
        "seen",
        "done measure:1:101:7",
        "start mine 0 false",
        "rate measure:1:101:7 strong",
        "start mine 0 false",
        "done measure:1:101:7",
    ]);
});

test("where nothing is, it says what to do", async () => {
    start = makeStart({
        attention: { count: 0, items: [], dismissed: 0 },
        accounts: { count: 0, rows: [] },
        totals: [],
        changed: null,
        empty: {
            text: "There are no key accounts yet.",
            buttons: [{ action: "key_account_management.key_account_action", label: "Create a Key Account" }],
        },
    });
    await openStart();
    expect.verifySteps(["start null 0 false", "seen"]);
    expect(".o_view_nocontent_smiling_face").toHaveText("There are no key accounts yet.");
    await contains(".o_nocontent_help button").click();
    expect(opened).toEqual([["key_account_management.key_account_action", undefined]]);
});
