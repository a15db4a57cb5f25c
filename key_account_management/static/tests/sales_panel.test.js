import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, makeServerError, mountView, onRpc, pagerNext } from "@web/../tests/web_test_helpers";

import { browser } from "@web/core/browser/browser";

import { answerLater, defineKeyAccountModels, formOf, recordActions } from "./key_account_test_helpers";

defineKeyAccountModels();

let opened;
beforeEach(() => {
    opened = recordActions();
});

const PANEL = ".o_key_account_sales_panel section";

function makePanel(values = {}) {
    return {
        account: { id: 101, name: "Hansen Robotik" },
        minimum_order: "500,00 €",
        plan: {
            id: 7,
            goal: "Robots for line 4",
            period: "01.01.2026 – 31.12.2026",
            briefing: "invited",
            guidelines: [
                { kind: "measure", label: "Measure", text: "Show the new gripper" },
                { kind: "condition", label: "Condition", text: "Not below 3 %" },
                { kind: "avoid", label: "Avoid", text: "Do not mention line 3" },
            ],
        },
        measures: [
            { id: 11, name: "Visit the fair", responsible: "Kim", deadline: "01.02.2026", overdue: true },
            { id: 12, name: "Train the staff", responsible: "", deadline: "01.09.2026", overdue: false },
        ],
        more_measures: 2,
        next_talk: { id: 21, name: "Quarterly talk", start: "04.05.2026 10:00", visit: true },
        ...values,
    };
}

const mountLead = (resId) =>
    mountView({
        type: "form",
        resModel: "crm.lead",
        resId,
        resIds: [1, 2, 3],
        arch: /* xml */ `<form><field name="name"/><widget name="key_account_sales_panel"/></form>`,
    });

test("what is agreed for the account is shown, as the server words it", async () => {
    onRpc("res.partner", "get_key_account_sales_panel", ({ args }) => {
        expect.step(args);
        return makePanel();
    });
    await mountLead(1);
    await animationFrame();
    expect.verifySteps([[[101]]]);
    expect(`${PANEL} header button:first`).toHaveText("Agreed for Hansen Robotik");
    expect(".o_key_account_panel_plan").toHaveText("Robots for line 4");
    expect(queryAllTexts(`${PANEL} .col-12:first li`)).toEqual([
        "Show the new gripper",
        "Not below 3 %",
        "Do not mention line 3",
    ]);
    expect(`${PANEL} .fa-ban`).toHaveAttribute("aria-label", "Avoid");
    expect(`${PANEL} b`).toHaveText("500,00 €");
    expect(`${PANEL} .text-danger:not(i)`).toHaveText("01.02.2026");
    expect(`${PANEL} li:last`).toHaveText("and 2 more");
    expect(`${PANEL} button:contains(Quarterly talk)`).toHaveText("04.05.2026 10:00, Quarterly talk");
});

test("what is missing is said in a word", async () => {
    onRpc("res.partner", "get_key_account_sales_panel", () =>
        makePanel({ plan: null, measures: [], more_measures: 0, next_talk: null, minimum_order: "" })
    );
    await mountLead(1);
    await animationFrame();
    expect(queryAllTexts(`${PANEL} .text-muted`)).toEqual([
        "No coaching plan for you at the moment.",
        "none planned",
        "No open measures.",
    ]);
    expect(`${PANEL} b`).toHaveCount(0);
});

test("plan, measures and meeting open their forms", async () => {
    onRpc("res.partner", "get_key_account_sales_panel", () => makePanel());
    await mountLead(1);
    await contains(".o_key_account_panel_plan").click();
    await contains(`${PANEL} button:contains(Visit the fair)`).click();
    await contains(`${PANEL} button:contains(Quarterly talk)`).click();
    expect(opened.map(([action]) => action)).toEqual([
        formOf("key.account.coaching.plan", 7),
        formOf("key.account.care.measure", 11),
        formOf("calendar.event", 21),
    ]);
});

test("the panel stays closed until it is opened", async () => {
    onRpc("res.partner", "get_key_account_sales_panel", () => makePanel());
    await mountLead(1);
    await contains(`${PANEL} header button:first`).click();
    expect(`${PANEL} .row`).toHaveCount(0);
    expect(`${PANEL} header button:first`).toHaveAttribute("aria-expanded", "false");
    expect(browser.localStorage.getItem("key_account_sales_panel_closed")).toBe("1");
    await contains(`${PANEL} header button:first`).click();
    expect(`${PANEL} .row`).toHaveCount(1);
    expect(browser.localStorage.getItem("key_account_sales_panel_closed")).toBe(null);
});

test("it starts closed if it was closed", async () => {
    browser.localStorage.setItem("key_account_sales_panel_closed", "1");
    onRpc("res.partner", "get_key_account_sales_panel", () => makePanel());
    await mountLead(1);
    await animationFrame();
    expect(PANEL).toHaveCount(1);
    expect(`${PANEL} .row`).toHaveCount(0);
});

test("a participant confirms the briefing", async () => {
    let briefing = "invited";
    onRpc("res.partner", "get_key_account_sales_panel", () => makePanel({ plan: { ...makePanel().plan, briefing } }));
    onRpc("key.account.coaching.plan", "action_confirm_briefing", ({ args }) => {
        expect.step(args);
        briefing = "briefed";
        return true;
    });
    await mountLead(1);
    await contains(".o_key_account_confirm").click();
    await animationFrame();
    expect.verifySteps([[[7]]]);
    expect(".o_key_account_confirm").toHaveCount(0);
    expect(`${PANEL} .badge`).toHaveText("Briefed");
});

test("an error does not get in the way, and disappears with the next answer", async () => {
    let fails = true;
    onRpc("res.partner", "get_key_account_sales_panel", () => makePanel());
    onRpc("key.account.coaching.plan", "action_confirm_briefing", () => {
        if (fails) {
            throw makeServerError({ message: "The plan was closed." });
        }
        return true;
    });
    await mountLead(1);
    await contains(".o_key_account_confirm").click();
    expect(".o_key_account_sales_panel .alert").toHaveText("The plan was closed.");
    expect(".o_dialog").toHaveCount(0);
    expect(PANEL).toHaveCount(1);
    fails = false;
    await contains(".o_key_account_confirm").click();
    expect(".o_key_account_sales_panel .alert").toHaveCount(0);
});

test("the form does not wait for the panel, and an answer for another customer is dropped", async () => {
    const answers = answerLater("res.partner", "get_key_account_sales_panel");
    await mountLead(1);
    await pagerNext();
    expect(".o_field_widget[name=name] input").toHaveValue("Ten grippers");
    answers[1].resolve(makePanel({ account: { id: 102, name: "Bayside" } }));
    await animationFrame();
    answers[0].resolve(makePanel());
    await animationFrame();
    expect(`${PANEL} header button:first`).toHaveText("Agreed for Bayside");
});

test("a customer who is not a key account triggers no request, and drops pending ones", async () => {
    const answers = answerLater("res.partner", "get_key_account_sales_panel");
    await mountLead(2);
    await pagerNext();
    answers[0].resolve(makePanel());
    await animationFrame();
    expect(answers).toHaveLength(1);
    expect(PANEL).toHaveCount(0);
});
