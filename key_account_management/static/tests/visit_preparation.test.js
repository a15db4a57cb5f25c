import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { makeServerError, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { defineKeyAccountModels } from "./key_account_test_helpers";

defineKeyAccountModels();

const PREPARATION = ".o_key_account_visit_preparation";

const mountVisit = (resId) =>
    mountView({
        type: "form",
        resModel: "key.account.visit",
        resId,
        arch: /* xml */ `<form><field name="purpose"/><widget name="key_account_visit_preparation"/></form>`,
    });

const DATA = {
    since: "Jun 2, 2025",
    moved: ["Revenue 100 €"],
    overdue: "",
    issues: ["Spare parts (Customer)"],
    measures: [],
    promises: [],
    offers: [],
    happened: [],
    people: ["Frauke"],
    last_report: "They want fixed days.",
    last_report_day: "Jun 2, 2025",
};

test("what to know before a visit", async () => {
    onRpc("key.account.visit", "get_preparation", ({ args }) => {
        expect.step(args);
        return DATA;
    });
    await mountVisit(1);
    await animationFrame();
    expect.verifySteps([[[1]]]);
    expect(`${PREPARATION} p`).toHaveText(/^Last report, Jun 2, 2025:\s*They want fixed days.$/);
    expect(queryAllTexts(`${PREPARATION} [data-section=issues] div`)).toEqual(["Spare parts (Customer)"]);
    expect(queryAllTexts(`${PREPARATION} [data-section=moved] div`)).toEqual(["Revenue 100 €"]);
    expect(queryAllTexts(`${PREPARATION} [data-section=offers] div`)).toEqual(["Nothing"]);
});

test("an error is shown in its place", async () => {
    onRpc("key.account.visit", "get_preparation", () => {
        throw makeServerError({ message: "You may not read this account." });
    });
    await mountVisit(1);
    await animationFrame();
    expect(`${PREPARATION} .alert`).toHaveText("You may not read this account.");
});

test("a new visit has to be saved first", async () => {
    await mountVisit(false);
    await animationFrame();
    expect(PREPARATION).toHaveText(/^Save the visit/);
});
