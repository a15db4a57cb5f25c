import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, makeServerError, mountView, onRpc, pagerNext, preloadBundle } from "@web/../tests/web_test_helpers";

import { answerLater, defineKeyAccountModels, FRAME, makeFigure, recordActions } from "./key_account_test_helpers";

defineKeyAccountModels();
preloadBundle("web.chartjs_lib");

const TAB = ".o_key_account_figures";
const DAYS = ["2026-01-01", "2026-06-30"];
const TREND = {
    labels: ["1/2026", "2/2026"],
    values: { revenue: [1, 2] },
    texts: { revenue: ["1 €", "2 €"] },
};

function makeCockpit(values = {}) {
    const figures = [
        makeFigure({ target: "1.200.000 €", met: true }),
        makeFigure({
            code: "margin",
            name: "Margin",
            audience: "internal",
            note: "Costs are missing",
            warns: true,
            good: false,
        }),
    ];
    return { ...FRAME, figures: figures.map((figure) => ({ companions: [], ...figure })), empty: "", ...values };
}

function makeBreakdown(values = {}) {
    return {
        kind: "money",
        labels: ["Robots", "Grippers"],
        value: [200, 100],
        previous: [150, null],
        rows: [
            { label: "Robots", depth: 0, texts: ["200 €", "150 €", "+33,3 %"] },
            { label: "Grippers", depth: 1, texts: ["100 €", "–", "–"] },
        ],
        table: null,
        ...values,
    };
}

let opened;
beforeEach(() => {
    opened = recordActions();
    onRpc("res.partner", "get_key_account_trend", () => TREND);
});

const answerAtOnce = (method, answer) =>
    onRpc("res.partner", method, ({ args }) => {
        expect.step([method, ...args]);
        return answer;
    });

const mountAccount = async (resId) => {
    await mountView({
        type: "form",
        resModel: "res.partner",
        resId,
        resIds: resId ? [101, 102] : [],
        arch: /* xml */ `<form><field name="name"/><widget name="key_account_figures"/></form>`,
    });
    await animationFrame();
};
const row = (code) => `${TAB} tr[data-code='${code}']`;
const toggle = (code) => contains(`${row(code)} td:first-child button.text-start`).click();

test.tags("desktop");
test("before the year is over, a figure is ahead of its target or behind", async () => {
    onRpc("res.partner", "get_key_account_cockpit", () =>
        makeCockpit({
            figures: [
                makeFigure({ target: "1.200.000 €", target_to_date: "600.000 €", ahead: true, companions: [] }),
                makeFigure({ code: "margin", target: "300.000 €", ahead: false, companions: [] }),
            ],
        })
    );
    await mountAccount(101);
    expect(`${TAB} .fa-arrow-up.text-success`).toHaveAttribute("title", "Ahead of the target");
    expect(`${row("revenue")} td:eq(4)`).toHaveText("600.000 €\nof 1.200.000 €");
    expect(`${TAB} .fa-arrow-down.text-danger`).toHaveAttribute("title", "Behind the target");
    expect(`${TAB} .fa-check, ${TAB} .fa-times`).toHaveCount(0);
});

test("figures are shown as the server words them", async () => {
    answerAtOnce("get_key_account_cockpit", makeCockpit());
    await mountAccount(101);
    expect.verifySteps([["get_key_account_cockpit", [101], "year_to_date", "", ""]]);
    expect(`${row("revenue")} .fw-bold`).toHaveText("1.250.000 €");
    expect(`${row("revenue")} .text-success:first`).toHaveText("+25,0 %");
    expect(`${row("margin")} .text-danger`).toHaveText("+25,0 %");
    expect(`${row("margin")} .fa-lock`).toHaveCount(1);
    expect(`${row("revenue")} .fa-lock`).toHaveCount(0);
    expect(`${row("margin")} .fa-exclamation-triangle`).toHaveAttribute("title", "Costs are missing");
});

test("a note that only explains is no warning", async () => {
    const figure = makeFigure({ note: "Next visit: December 3.", companions: [] });
    onRpc("res.partner", "get_key_account_cockpit", () => makeCockpit({ figures: [figure] }));
    await mountAccount(101);
    expect(`${row("revenue")} .fa-info-circle.text-muted`).toHaveAttribute("title", "Next visit: December 3.");
    expect(`${TAB} .text-warning`).toHaveCount(0);
});

test("related figures are folded below the leading one", async () => {
    const companions = [makeFigure({ code: "net_revenue", name: "Net Revenue" })];
    onRpc("res.partner", "get_key_account_cockpit", () => makeCockpit({ figures: [makeFigure({ companions })] }));
    await mountAccount(101);
    expect(row("net_revenue")).toHaveCount(0);
    await contains(`${row("revenue")} button[title='Show related figures']`).click();
    expect(row("net_revenue")).toHaveCount(1);
    await contains(`${row("revenue")} button[title='Hide related figures']`).click();
    expect(row("net_revenue")).toHaveCount(0);
});

test("an account without any bookings shows what to do instead of figures", async () => {
    onRpc("res.partner", "get_key_account_cockpit", () => makeCockpit({ empty: "Nothing is booked." }));
    await mountAccount(101);
    expect(`${TAB} .alert-info`).toHaveText("Nothing is booked.");
    expect(`${TAB} table`).toHaveCount(0);
});

test.tags("desktop");
test("on a wide screen there are targets, the previous year and trends", async () => {
    answerAtOnce("get_key_account_cockpit", makeCockpit());
    await mountAccount(101);
    expect.verifySteps([["get_key_account_cockpit", [101], "year_to_date", "", ""]]);
    expect(queryAllTexts(`${row("revenue")} .d-md-table-cell`)).toEqual(["1.000.000 €", "1.200.000 €"]);
    expect(`${row("revenue")} .fa-check`).toHaveAttribute("title", "Met");
    expect(`${row("revenue")} svg.o_key_account_sparkline`).toHaveCount(1);
    expect(`${row("margin")} svg`).toHaveCount(0);
});

test("the figures do not wait for the trends", async () => {
    onRpc("res.partner", "get_key_account_cockpit", () => makeCockpit());
    const trends = answerLater("res.partner", "get_key_account_trend");
    await mountAccount(101);
    expect(row("revenue")).toHaveCount(1);
    expect("svg.o_key_account_sparkline").toHaveCount(0);
    trends[0].resolve(TREND);
    await animationFrame();
    expect("svg.o_key_account_sparkline").toHaveCount(1);
});

test("a figure opens its rows, by month, category or product, and closes again", async () => {
    answerAtOnce("get_key_account_cockpit", makeCockpit());
    answerAtOnce("get_key_account_breakdown", makeBreakdown());
    await mountAccount(101);
    await toggle("revenue");
    await contains(`${TAB} button:contains(Category)`).click();
    expect.verifySteps([
        ["get_key_account_cockpit", [101], "year_to_date", "", ""],
        ["get_key_account_breakdown", [101], "revenue", "month", ...DAYS],
        ["get_key_account_breakdown", [101], "revenue", "category", ...DAYS],
    ]);
    expect(`${TAB} .btn-group .active`).toHaveText("Category");
    await contains(".o_key_account_chart canvas").hover();
    expect(queryAllTexts(`${TAB} table table td`)).toEqual([
        ...["Robots", "200 €", "150 €", "+33,3 %"],
        ...["Grippers", "100 €", "–", "–"],
    ]);
    await toggle("revenue");
    expect(`${TAB} table table`).toHaveCount(0);
});

test("a figure without rows says so, or shows its table", async () => {
    onRpc("res.partner", "get_key_account_cockpit", () => makeCockpit());
    const none = { labels: [], value: [], previous: [], rows: [] };
    const table = { columns: ["Price list", "Price"], kinds: ["text", "money"], rows: [["Robot", "9.500,00 €"]] };
    onRpc("res.partner", "get_key_account_breakdown", ({ args }) =>
        makeBreakdown({ ...none, table: args[1] === "margin" ? table : null })
    );
    await mountAccount(101);
    await toggle("revenue");
    expect(`${TAB} td[colspan='7'] .text-muted:last`).toHaveText("There is no breakdown for this figure.");
    await toggle("margin");
    expect(queryAllTexts(".o_key_account_wide td")).toEqual(["Robot", "9.500,00 €"]);
    expect(".o_key_account_wide td:last").toHaveClass("text-end");
    expect(`${TAB} .btn-group`).toHaveCount(0);
});

test("rows of a figure that was left in the meantime are dropped", async () => {
    onRpc("res.partner", "get_key_account_cockpit", () => makeCockpit());
    const answers = answerLater("res.partner", "get_key_account_breakdown");
    await mountAccount(101);
    await toggle("revenue");
    await toggle("margin");
    const rows = (label) => [{ label, depth: 0, texts: ["1", "2", "3"] }];
    answers[1].resolve(makeBreakdown({ rows: rows("Of the margin") }));
    await animationFrame();
    answers[0].resolve(makeBreakdown({ rows: rows("Of the revenue") }));
    await animationFrame();
    expect(`${TAB} table table td:first`).toHaveText("Of the margin");
});

test("records of one kind open at once", async () => {
    const action = { type: "ir.actions.act_window", res_model: "account.move", views: [[false, "list"]] };
    answerAtOnce("get_key_account_cockpit", makeCockpit());
    answerAtOnce("get_key_account_figure_records", [{ model: "account.move", label: "Invoices", count: 3 }]);
    answerAtOnce("action_view_key_account_figure", action);
    await mountAccount(101);
    await contains(`${row("revenue")} button[title='Open the records']`).click();
    await animationFrame();
    expect.verifySteps([
        ["get_key_account_cockpit", [101], "year_to_date", "", ""],
        ["get_key_account_figure_records", [101], "revenue", ...DAYS],
        ["action_view_key_account_figure", [101], "revenue", ...DAYS, "account.move"],
    ]);
    expect(opened).toEqual([[action, undefined]]);
});

test("the user chooses one of several kinds of records", async () => {
    onRpc("res.partner", "get_key_account_cockpit", () => makeCockpit());
    onRpc("res.partner", "get_key_account_figure_records", () => [
        { model: "account.move", label: "Invoices", count: 3 },
        { model: "sale.order", label: "Orders", count: 2 },
    ]);
    answerAtOnce("action_view_key_account_figure", {
        type: "ir.actions.act_window",
        res_model: "sale.order",
        views: [],
    });
    await mountAccount(101);
    await contains(`${row("revenue")} button[title='Open the records']`).click();
    expect(queryAllTexts(`${TAB} button.btn-sm`)).toEqual(["Invoices (3)", "Orders (2)"]);
    expect(opened).toEqual([]);
    await contains(`${TAB} button:contains(Orders)`).click();
    expect.verifySteps([["action_view_key_account_figure", [101], "revenue", ...DAYS, "sale.order"]]);
    expect(opened).toHaveLength(1);
});

test("a figure without records says so where it stands", async () => {
    onRpc("res.partner", "get_key_account_cockpit", () => makeCockpit());
    onRpc("res.partner", "get_key_account_figure_records", () => []);
    onRpc("res.partner", "action_view_key_account_figure", () => {
        throw makeServerError({ message: "There are no records to show for Margin." });
    });
    await mountAccount(101);
    await contains(`${row("margin")} button[title='Open the records']`).click();
    expect(`${row("margin")} + tr`).toHaveText("There are no records to show for Margin.");
    expect(`${TAB} > .alert`).toHaveCount(0);
    await contains("select[aria-label=Period]").select("last_year");
    expect(`${row("margin")} + tr`).toHaveCount(0);
});

test("only the figures of the period chosen last are shown, with their trend", async () => {
    const answers = answerLater("res.partner", "get_key_account_cockpit");
    const trends = answerLater("res.partner", "get_key_account_trend");
    await mountAccount(101);
    answers[0].resolve(makeCockpit());
    await animationFrame();
    await contains("select[aria-label=Period]").select("last_year");
    await contains("select[aria-label=Period]").select("year_to_date");
    answers[2].resolve(makeCockpit({ period: "The last question" }));
    await animationFrame();
    answers[1].resolve(makeCockpit({ period: "The question before" }));
    trends[1].resolve({ labels: ["1/2026"], values: {}, texts: {} });
    await animationFrame();
    trends[0].resolve(TREND);
    await animationFrame();
    expect(`${TAB} span.text-muted:first`).toHaveText(/^The last question/);
    expect("svg.o_key_account_sparkline").toHaveCount(0);
});

test("the form does not wait for the figures, and those of the previous account are dropped", async () => {
    const answers = answerLater("res.partner", "get_key_account_cockpit");
    await mountAccount(101);
    answers[0].resolve(makeCockpit({ period: "Of the first account" }));
    await animationFrame();
    await pagerNext();
    await animationFrame();
    expect(".o_field_widget[name=name] input").toHaveValue("Bayside");
    expect(TAB).toHaveText("Loading");
    answers[1].resolve(makeCockpit({ period: "Of the second account" }));
    await animationFrame();
    expect(`${TAB} span.text-muted:first`).toHaveText(/^Of the second account/);
});

test("a figure opened while another period is requested shows the days of that period", async () => {
    const answers = answerLater("res.partner", "get_key_account_cockpit");
    answerAtOnce("get_key_account_breakdown", makeBreakdown());
    await mountAccount(101);
    answers[0].resolve(makeCockpit());
    await animationFrame();
    await contains("select[aria-label=Period]").select("last_year");
    await toggle("revenue");
    answers[1].resolve(makeCockpit({ date_from: "2025-01-01", date_to: "2025-12-31" }));
    await animationFrame();
    expect.verifySteps([
        ["get_key_account_breakdown", [101], "revenue", "month", ...DAYS],
        ["get_key_account_breakdown", [101], "revenue", "month", "2025-01-01", "2025-12-31"],
    ]);
});

test("an error is shown in the tab until the next answer", async () => {
    onRpc("res.partner", "get_key_account_cockpit", ({ args }) => {
        if (args[1] === "free") {
            throw makeServerError({ message: "The first day is after the last one." });
        }
        return makeCockpit();
    });
    await mountAccount(101);
    await contains("select[aria-label=Period]").select("free");
    expect(`${TAB} .alert`).toHaveText("The first day is after the last one.");
    expect(".o_dialog").toHaveCount(0);
    await contains("select[aria-label=Period]").select("last_year");
    expect(`${TAB} .alert`).toHaveCount(0);
});

test("a new account has to be saved first", async () => {
    answerAtOnce("get_key_account_cockpit", makeCockpit());
    await mountAccount(false);
    expect(TAB).toHaveText("Save the account first.");
    expect.verifySteps([]);
});
