import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { clickSave, contains, makeServerError, mountView, onRpc, pagerNext } from "@web/../tests/web_test_helpers";

import { answerLater, defineKeyAccountModels } from "./key_account_test_helpers";

defineKeyAccountModels();

const CHECKLIST = ".o_key_account_folder_checklist";

const makeChecklist = (title, warning = "") => ({
    lines: [
        { title, done: true, hint: "" },
        { title: "Price list", done: false, hint: "Choose one on the account." },
    ],
    warning,
});

const mountReview = (resId) =>
    mountView({
        type: "form",
        resModel: "key.account.review",
        resId,
        resIds: resId ? [1, 2] : [],
        arch: /* xml */ `<form><field name="name"/><widget name="key_account_folder_checklist"/></form>`,
    });

test("what is in the folder is ticked, the rest says what to do", async () => {
    onRpc("key.account.review", "get_folder_checklist", ({ args }) => {
        expect.step(args);
        return makeChecklist("Agenda");
    });
    await mountReview(1);
    await animationFrame();
    expect.verifySteps([[[1]]]);
    expect(`${CHECKLIST} .fa-check-square-o + div`).toHaveText("Agenda");
    expect(queryAllTexts(`${CHECKLIST} .fa-square-o + div > *`)).toEqual(["Price list", "Choose one on the account."]);
    expect(`${CHECKLIST} .alert`).toHaveCount(0);
});

test("warns about files that cannot be used", async () => {
    onRpc("key.account.review", "get_folder_checklist", () => makeChecklist("Agenda", "a.pdf is broken"));
    await mountReview(1);
    await animationFrame();
    expect(`${CHECKLIST} .alert-warning`).toHaveText("a.pdf is broken");
});

test("it is requested again after saving, and shown unchanged until then", async () => {
    const answers = answerLater("key.account.review", "get_folder_checklist");
    await mountReview(1);
    answers[0].resolve(makeChecklist("Agenda"));
    await animationFrame();
    await contains(".o_field_widget[name=name] input").edit("Review of the year");
    expect(answers).toHaveLength(1);
    await clickSave();
    expect(answers).toHaveLength(2);
    expect(`${CHECKLIST} .fa-check-square-o + div`).toHaveText("Agenda");
    answers[1].resolve(makeChecklist("Agenda and more"));
    await animationFrame();
    expect(`${CHECKLIST} .fa-check-square-o + div`).toHaveText("Agenda and more");
});

test("an answer for the previous review is dropped", async () => {
    const answers = answerLater("key.account.review", "get_folder_checklist");
    await mountReview(1);
    await pagerNext();
    expect(CHECKLIST).toHaveText("Loading");
    answers[1].resolve(makeChecklist("The second review"));
    await animationFrame();
    answers[0].resolve(makeChecklist("The first review"));
    await animationFrame();
    expect(`${CHECKLIST} .fa-check-square-o + div`).toHaveText("The second review");
});

test("an error is shown in its place", async () => {
    onRpc("key.account.review", "get_folder_checklist", () => {
        throw makeServerError({ message: "You may not read this account." });
    });
    await mountReview(1);
    await animationFrame();
    expect(`${CHECKLIST} .alert`).toHaveText("You may not read this account.");
    expect(".o_dialog").toHaveCount(0);
});

test("a new review has to be saved first", async () => {
    onRpc("key.account.review", "get_folder_checklist", () => expect.step("asked"));
    await mountReview(false);
    await animationFrame();
    expect(CHECKLIST).toHaveText(/^Save the review/);
    expect.verifySteps([]);
});
