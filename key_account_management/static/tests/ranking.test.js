import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, getService, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { WebClient } from "@web/webclient/webclient";

import {
    answerLater,
    defineKeyAccountModels,
    formOf,
    FRAME,
    makeFigure,
    recordActions,
} from "./key_account_test_helpers";

defineKeyAccountModels();

let opened;
beforeEach(() => {
    opened = recordActions();
});

const money = (number, values) =>
    makeFigure({ number, value: number === null ? "–" : `${number} €`, change: "–", good: null, ...values });

const makeAccount = (id, name, manager, revenue, visits) => ({
    id,
    name,
    manager,
    tier: "A",
    figures: { revenue, visits: makeFigure({ code: "visits", number: visits, value: `${visits}`, change: "–" }) },
});

function makeRanking(values = {}) {
    const total = (revenue) => ({ revenue: money(revenue), visits: money(null) });
    return {
        ...FRAME,
        columns: [
            { code: "revenue", name: "Revenue", formula: "Invoices less credit notes" },
            { code: "visits", name: "Visits", formula: "Meetings at the customer" },
        ],
        accounts: [
            makeAccount(101, "Hansen Robotik", "Kim", money(200, { change: "+25,0 %", good: true }), 3),
            makeAccount(102, "Bayside", "Kim", money(300, { change: "-5,0 %", good: false }), 9),
            makeAccount(103, "Æther Works", "", money(null, { note: "Rates are missing" }), 1),
        ],
        totals: { manager: { Kim: total(500), "": total(null) }, tier: { A: total(500) }, all: total(500) },
        ...values,
    };
}

const openRanking = async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "key_account_management.ranking" });
};
const shownAccounts = () => queryAllTexts("tr[data-account] button");

test("accounts are compared by revenue, those without a value come last", async () => {
    onRpc("res.partner", "get_key_account_ranking", ({ args }) => {
        expect.step(args);
        return makeRanking();
    });
    await openRanking();
    expect.verifySteps([["year_to_date", "", ""]]);
    expect(shownAccounts()).toEqual(["Bayside", "Hansen Robotik", "Æther Works"]);
    expect("th[aria-sort=descending]").toHaveText("Revenue");
    expect("tr[data-account='101'] td:eq(1)").toHaveText("200 €\n+25,0 %");
    expect("tr[data-account='101'] .text-success").toHaveText("+25,0 %");
    expect("tr[data-account='102'] .text-danger").toHaveText("-5,0 %");
    expect("tr[data-account='103'] .fa-exclamation-triangle").toHaveAttribute("title", "Rates are missing");
    expect("tr[data-account='101'] .small:first").toHaveText("A · Kim");
    expect("tfoot td:eq(1)").toHaveText("500 €");
});

test("a column's heading sorts by it, and reverses the order", async () => {
    onRpc("res.partner", "get_key_account_ranking", () => makeRanking());
    await openRanking();
    await contains("th button:contains(Revenue)").click();
    expect(shownAccounts()).toEqual(["Hansen Robotik", "Bayside", "Æther Works"]);
    await contains("th button:contains(Visits)").click();
    expect(shownAccounts()).toEqual(["Bayside", "Hansen Robotik", "Æther Works"]);
    await contains("th button:contains(Account)").click();
    expect(shownAccounts()).toEqual(["Æther Works", "Bayside", "Hansen Robotik"]);
});

test("groups have a total, including those without a manager", async () => {
    onRpc("res.partner", "get_key_account_ranking", () => makeRanking());
    await openRanking();
    await contains("label select").select("manager");
    expect(queryAllTexts("tr.table-light td:first-child")).toEqual(["None (1)", "Kim (2)"]);
    expect(shownAccounts()).toEqual(["Æther Works", "Bayside", "Hansen Robotik"]);
    expect("tr.table-light:last td:eq(1)").toHaveText("500 €");
});

test("an account opens its form", async () => {
    onRpc("res.partner", "get_key_account_ranking", () => makeRanking());
    await openRanking();
    await contains("tr[data-account='102'] button").click();
    expect(opened).toEqual([[formOf("res.partner", 102), undefined]]);
});

test("only the answer to the last request is shown", async () => {
    const answers = answerLater("res.partner", "get_key_account_ranking");
    const opening = openRanking();
    await animationFrame();
    answers.shift().resolve(makeRanking());
    await opening;
    await contains("select[aria-label=Period]").select("last_year");
    await contains("select[aria-label=Period]").select("year_to_date");
    answers[1].resolve(makeRanking({ period: "The last question" }));
    await animationFrame();
    answers[0].resolve(makeRanking({ period: "The question before" }));
    await animationFrame();
    expect("span.text-muted:first").toHaveText(/^The last question/);
});

test("an error is shown above the table until the next answer", async () => {
    onRpc("res.partner", "get_key_account_ranking", ({ args }) => {
        if (args[0] === "free") {
            throw makeServerError({ message: "The first day is after the last one." });
        }
        return makeRanking();
    });
    await openRanking();
    await contains("select[aria-label=Period]").select("free");
    expect(".alert-warning").toHaveText("The first day is after the last one.");
    expect(".o_dialog").toHaveCount(0);
    expect("tr[data-account]").toHaveCount(3);
    await contains("select[aria-label=Period]").select("last_year");
    expect(".alert-warning").toHaveCount(0);
});

test("nothing is requested while one of the two days is missing", async () => {
    onRpc("res.partner", "get_key_account_ranking", ({ args }) => {
        expect.step(args.join(" "));
        return makeRanking();
    });
    await openRanking();
    await contains("select[aria-label=Period]").select("free");
    expect.verifySteps(["year_to_date  ", "free 2026-01-01 2026-06-30"]);
    await contains(".o_datetime_input:first").edit("", { confirm: "enter" });
    expect.verifySteps([]);
});

test("without key accounts it says where to create one", async () => {
    onRpc("res.partner", "get_key_account_ranking", () => makeRanking({ accounts: [] }));
    await openRanking();
    expect(".o_nocontent_help").toHaveText(/Convert to Key Account/);
    expect("table").toHaveCount(0);
});
