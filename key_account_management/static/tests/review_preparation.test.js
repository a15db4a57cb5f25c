import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { clickSave, contains, makeServerError, mountView, onRpc, pagerNext } from "@web/../tests/web_test_helpers";

import { answerLater, defineKeyAccountModels, makeFigure } from "./key_account_test_helpers";

defineKeyAccountModels();

const PREPARATION = ".o_key_account_preparation";

function makeData(values = {}) {
    return {
        period: "01.01.2026 – 31.12.2026",
        previous: "01.01.2025 – 31.12.2025",
        is_frozen: false,
        headline: [makeFigure({ target: "1.200.000 €", met: true })],
        better: [makeFigure({ code: "visits", name: "Visits", previous: "2", value: "4", change: "+100,0 %" })],
        worse: [],
        promises: { review: "", rows: [] },
        known: null,
        ...values,
    };
}

const mountReview = (resId) =>
    mountView({
        type: "form",
        resModel: "key.account.review",
        resId,
        resIds: resId ? [1, 2] : [],
        arch: /* xml */ `
            <form>
                <field name="name"/>
                <field name="date_from"/>
                <field name="date_to"/>
                <field name="state"/>
                <field name="partner_id" invisible="1"/>
                <widget name="key_account_review_preparation"/>
            </form>`,
    });

test("the key figures are shown as the server words them", async () => {
    onRpc("key.account.review", "get_preparation", ({ args }) => {
        expect.step(args);
        return makeData();
    });
    await mountReview(2);
    await animationFrame();
    expect.verifySteps([[[2]]]);
    expect(`${PREPARATION} p`).toHaveText("01.01.2026 – 31.12.2026, compared with 01.01.2025 – 31.12.2025");
    expect(`${PREPARATION} .fs-3`).toHaveText("1.250.000 €");
    expect(`${PREPARATION} .fs-3 + .small .text-success:first`).toHaveText("+25,0 %");
    expect(`${PREPARATION} .fa-check`).toHaveAttribute("title", "Met");
    expect(queryAllTexts(`${PREPARATION} tr[data-code=visits] td`)).toEqual(["Visits", "2", "4", "+100,0 %"]);
    expect(`${PREPARATION} .o_key_account_moved > div:last`).toHaveText("Worsened the most\nNothing");
});

test("an internal figure has a lock", async () => {
    onRpc("key.account.review", "get_preparation", () =>
        makeData({ worse: [makeFigure({ code: "margin", audience: "internal", change: "-9,0 %" })] })
    );
    await mountReview(2);
    await animationFrame();
    expect(`${PREPARATION} tr[data-code=margin] .fa-lock`).toHaveCount(1);
    expect(`${PREPARATION} tr[data-code=margin] .text-danger`).toHaveText("-9,0 %");
    expect(`${PREPARATION} tr[data-code=visits] .fa-lock`).toHaveCount(0);
});

test("what became of last year's promises", async () => {
    const rows = [
        { what: "Prices", promised: "3 % less", became: "Done", good: true },
        { what: "Delays", promised: "None", became: "Late", good: false },
    ];
    onRpc("key.account.review", "get_preparation", () =>
        makeData({ is_frozen: true, promises: { review: "Review 2025", rows } })
    );
    await mountReview(2);
    await animationFrame();
    expect(`${PREPARATION} > b`).toHaveText("What became of Review 2025");
    expect(queryAllTexts(`${PREPARATION} > table td`)).toEqual([
        "Prices",
        "3 % less",
        "Done",
        "Delays",
        "None",
        "Late",
    ]);
    expect(`${PREPARATION} > table .text-danger`).toHaveText("Late");
    expect(`${PREPARATION} p`).toHaveText(/frozen on the day of the review$/);
});

test("a year that has not begun has no figures", async () => {
    onRpc("key.account.review", "get_preparation", () =>
        makeData({ period: "", previous: "", headline: [], better: [] })
    );
    await mountReview(2);
    await animationFrame();
    expect(PREPARATION).toHaveText("The fiscal year has not begun: there are no figures yet.");
});

test("other days trigger a request when saved, other texts do not", async () => {
    onRpc("key.account.review", "get_preparation", () => {
        expect.step("asked");
        return makeData();
    });
    await mountReview(2);
    await animationFrame();
    expect.verifySteps(["asked"]);
    await contains(".o_field_widget[name=name] input").edit("Another name");
    await clickSave();
    expect.verifySteps([]);
    await contains(".o_field_widget[name=date_to] button, .o_field_widget[name=date_to] input").click();
    await contains(".o_field_widget[name=date_to] input").edit("11/30/2026", { confirm: "enter" });
    expect.verifySteps([]);
    await clickSave();
    expect.verifySteps(["asked"]);
});

test("the form does not wait for it, and an answer for the previous review is dropped", async () => {
    const answers = answerLater("key.account.review", "get_preparation");
    await mountReview(1);
    expect(PREPARATION).toHaveText("Loading");
    await pagerNext();
    expect(".o_field_widget[name=name] input").toHaveValue("Review 2026");
    expect(PREPARATION).toHaveText("Loading");
    answers[1].resolve(makeData({ period: "The second review" }));
    await animationFrame();
    answers[0].resolve(makeData({ period: "The first review" }));
    await animationFrame();
    expect(`${PREPARATION} p`).toHaveText(/^The second review/);
});

test("an error of the previous review is dropped as well", async () => {
    const answers = answerLater("key.account.review", "get_preparation");
    await mountReview(1);
    await pagerNext();
    answers[0].reject(makeServerError({ message: "You may not read this account." }));
    answers[1].resolve(makeData());
    await animationFrame();
    expect(`${PREPARATION} .alert`).toHaveCount(0);
    expect(`${PREPARATION} .fs-3`).toHaveCount(1);
});

test("an error is shown in its place", async () => {
    onRpc("key.account.review", "get_preparation", () => {
        throw makeServerError({ message: "You may not read this account." });
    });
    await mountReview(1);
    await animationFrame();
    expect(`${PREPARATION} .alert`).toHaveText("You may not read this account.");
    expect(".o_dialog").toHaveCount(0);
});

test("a new review has to be saved first", async () => {
    onRpc("key.account.review", "get_preparation", () => expect.step("asked"));
    await mountReview(false);
    await animationFrame();
    expect(PREPARATION).toHaveText(/^Save the review/);
    expect.verifySteps([]);
});

test("what is known already is shown with its day, confirmed, and used in the documents", async () => {
    const text = {
        name: "markets",
        label: "Markets",
        text: "Breweries",
        checked: "Jan 5, 2025",
        is_old: true,
        target: "name",
        target_label: "Customer's Market",
    };
    const known = {
        texts: [text],
        missing: ["Technologies"],
        plan: "Plan",
        analysis: [{ label: "Strength", found: ["Service", "Prices"] }],
        potential: [{ label: "White Space", value: "40.000 €" }],
        may_confirm: true,
        may_write: true,
    };
    onRpc("key.account.review", "get_preparation", () => makeData({ known }));
    onRpc("res.partner", "action_key_account_still_valid", ({ args, kwargs }) => {
        expect.step([args, kwargs.context.key_account_text]);
        return true;
    });
    await mountReview(2);
    await animationFrame();
    expect(".o_key_account_known .text-danger").toHaveText("checked on Jan 5, 2025 – still right?");
    expect(".o_key_account_known").toHaveText(/Not written yet: Technologies/);
    expect(".o_key_account_known").toHaveText(/Strength: Service; Prices/);
    expect(".o_key_account_known").toHaveText(/White Space: 40.000 €/);
    await contains(".o_key_account_known button[name=still_valid]").click();
    expect.verifySteps([[[[101]], "markets"]]);
    await contains(".o_key_account_known button[name=use]").click();
    expect(".o_field_widget[name=name] input").toHaveValue(/Breweries/);
});
