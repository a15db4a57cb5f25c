import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, makeServerError, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { defineKeyAccountModels, recordActions } from "./key_account_test_helpers";

defineKeyAccountModels();

const PAGE = ".o_key_account_page";
const number = (key) => `${PAGE} [data-key='${key}']`;

const REVENUE = {
    key: "revenue",
    label: "Revenue to Date",
    value: "620.390 €",
    detail: "−28,7 % on last year",
    tone: "",
    detail_tone: "danger",
    open: ["key.account.snapshot", "action_view_figure", [[2], "revenue"]],
};

function makePage(values = {}) {
    const unknown = { ...REVENUE, key: "margin_3", label: "Margin III", value: "", detail: "", open: null };
    return { why: "No visit for 170 days", as_of: "As of today", empty: "", numbers: [REVENUE, unknown], ...values };
}

let opened;
beforeEach(() => {
    opened = recordActions();
});

const mountAccount = async (widget) => {
    await mountView({
        type: "form",
        resModel: "res.partner",
        resId: 101,
        arch: /* xml */ `<form><field name="name"/><widget name="${widget}"/></form>`,
    });
    await animationFrame();
};

test("numbers are shown as the server words them, and open their records", async () => {
    onRpc("res.partner", "get_key_account_page", () => makePage());
    onRpc("key.account.snapshot", "action_view_figure", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window", name: "Revenue" };
    });
    await mountAccount("key_account_page");
    expect(`${PAGE} .o_key_account_why`).toHaveText("Why: No visit for 170 days");
    expect(`${number("revenue")} .fw-bold`).toHaveText("620.390 €");
    expect(`${number("revenue")} .text-danger`).toHaveText("−28,7 % on last year");
    expect(`${number("margin_3")} a`).toHaveCount(0);
    expect(`${number("margin_3")} .text-muted[title='Not known']`).toHaveText("–");
    await contains(`${number("revenue")} a`).click();
    expect.verifySteps([[[2], "revenue"]]);
    expect(opened[0][0].name).toBe("Revenue");
});

test("before the first night there is a sentence, and a button", async () => {
    onRpc("res.partner", "get_key_account_page", () => makePage({ numbers: [], empty: "Nothing computed yet." }));
    onRpc("res.partner", "refresh_key_account_page", ({ args }) => {
        expect.step(args);
        return makePage();
    });
    await mountAccount("key_account_page");
    expect(`${PAGE} .text-muted span`).toHaveText("Nothing computed yet.");
    await contains(`${PAGE} button:contains(Refresh)`).click();
    expect.verifySteps([[[101]]]);
    expect(number("revenue")).toHaveCount(1);
    expect(`${PAGE} .o_key_account_as_of`).toHaveText("As of today");
});

test("an error does not cover the form", async () => {
    onRpc("res.partner", "get_key_account_page", () => {
        throw makeServerError({ message: "Not your account" });
    });
    await mountAccount("key_account_page");
    expect(`${PAGE} .alert-warning`).toHaveText("Not your account");
});

const month = (key, value) => ({
    key,
    label: key,
    title: `${key}: ${value}`,
    value,
    date_from: `${key}-01`,
    date_to: `${key}-28`,
    running: false,
});
const mark = (position, ...titles) => ({
    position,
    tone: "",
    is_open: false,
    items: titles.map((title) => ({ title, open: ["key.account.visit", "get_formview_action", [[7]]] })),
});

function makeTimeline(values = {}) {
    return {
        months: [month("2025-01", 100), month("2025-02", 0), month("2025-03", -50), month("2025-04", null)],
        today: 0.5,
        has_revenue: true,
        lanes: [{ kind: "visits", label: "Visits", marks: [mark(0.1, "Visit"), mark(0.6, "First", "Second")] }],
        ...values,
    };
}

test("invoices by month, and what was done on the same axis", async () => {
    onRpc("res.partner", "get_key_account_timeline", () => makeTimeline());
    onRpc("res.partner", "action_view_key_account_figure", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window", name: "Revenue" };
    });
    onRpc("key.account.visit", "get_formview_action", () => ({ type: "ir.actions.act_window", name: "Visit" }));
    await mountAccount("key_account_timeline");
    expect("[data-month='2025-01'] .o_key_account_bar").toHaveAttribute("style", /height: 100%/);
    expect("[data-month='2025-03'] .o_key_account_bar").toHaveAttribute("style", /height: 50%/);
    expect("[data-month='2025-03'] .o_key_account_bar").toHaveClass("o_key_account_bar_negative");
    expect("[data-month='2025-02'] .o_key_account_bar, [data-month='2025-04'] .o_key_account_bar").toHaveCount(0);
    await contains("[data-month='2025-01']").click();
    expect.verifySteps([[[101], "revenue", "2025-01-01", "2025-01-28"]]);
    await contains("[data-lane='visits'] [title='Visit']").click();
    await contains("[data-lane='visits'] .o_key_account_mark_several").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["First", "Second"]);
    await contains(".o-dropdown-item:contains(Second)").click();
    expect(opened.map(([action]) => action.name)).toEqual(["Revenue", "Visit", "Visit"]);
});

test("without invoices there are no bars", async () => {
    onRpc("res.partner", "get_key_account_timeline", () => makeTimeline({ has_revenue: false }));
    await mountAccount("key_account_timeline");
    expect(".o_key_account_bars").toHaveCount(0);
    expect(".o_key_account_timeline").toHaveText(/No invoices in the last 24 months/);
});

test("documents for the customer come first", async () => {
    onRpc("res.partner", "get_key_account_documents", () => [
        {
            audience: "customer",
            label: "For the Customer",
            documents: [
                { kind: "folder", label: "Customer Folder", extension: "pdf", report: "a.report" },
                { kind: "workbook", label: "Workbook", extension: "xlsx", report: null },
            ],
        },
        {
            audience: "internal",
            label: "Internal",
            documents: [{ kind: "briefing", label: "Briefing", extension: "pdf", report: "a.briefing" }],
        },
    ]);
    onRpc("res.partner", "action_print_key_account_document", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_url", url: "/file" };
    });
    await mountAccount("key_account_documents");
    await contains(".o_key_account_documents").click();
    expect(queryAllTexts(".dropdown-header")).toEqual(["For the Customer", "Internal"]);
    await contains(".o-dropdown-item:contains(Customer Folder)").click();
    await contains(".o_key_account_documents").click();
    await contains(".o-dropdown-item:contains(Workbook)").click();
    expect.verifySteps([[[101], "workbook"]]);
    expect(opened.map(([action]) => action.url || action)).toEqual(["a.report", "/file"]);
    expect(opened[0][1]).toEqual({ additionalContext: { active_id: 101, active_ids: [101] } });
});

test("next steps are those of the account, without its name", async () => {
    onRpc("res.partner", "get_key_account_next_steps", () => ({
        items: [
            {
                ref: "visit:1:101:0",
                code: "visit",
                account: { id: 101, name: "Hansen Robotik" },
                company: "",
                title: "Last visit 168 days ago",
                sentence: "A visit was due.",
                amount_text: "",
                when: "138 days ago",
                severity: "danger",
                evidence: "",
                actions: [],
            },
        ],
        not_planned: [],
    }));
    await mountAccount("key_account_next_steps");
    expect(".o_key_account_attention_title").toHaveText("Last visit 168 days ago");
    expect(".o_key_account_next_steps").not.toHaveText(/Hansen/);
});

test("nothing to do is said", async () => {
    onRpc("res.partner", "get_key_account_next_steps", () => ({ items: [], not_planned: [] }));
    await mountAccount("key_account_next_steps");
    expect(".o_key_account_next_steps .text-muted").toHaveText("Nothing is due or overdue here.");
});

test("what is not planned is one click away", async () => {
    onRpc("res.partner", "get_key_account_next_steps", () => ({
        items: [],
        not_planned: [{ text: "No visit is planned.", label: "Plan Visit", open: ["res.partner", "plan", [[101]]] }],
    }));
    onRpc("res.partner", "plan", ({ args }) => {
        expect.step(args);
        return false;
    });
    await mountAccount("key_account_next_steps");
    expect(".o_key_account_not_planned").toHaveText(/No visit is planned/);
    await contains(".o_key_account_not_planned button").click();
    expect.verifySteps([[[101]]]);
});
