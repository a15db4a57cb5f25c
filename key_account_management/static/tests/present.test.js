import { beforeEach, expect, test } from "@odoo/hoot";
import { click, manuallyDispatchProgrammaticEvent, press, queryOne, queryRect } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";

import { WebClient } from "@web/webclient/webclient";

import { defineKeyAccountModels, formOf, recordActions } from "./key_account_test_helpers";

defineKeyAccountModels();

const COUNTER = ".o_key_account_present_counter";
const COVER = ".o_key_account_present_cover";

let opened;
beforeEach(() => {
    opened = recordActions();
    // Browsers allow it after a click only
    patchWithCleanup(HTMLElement.prototype, {
        async requestFullscreen() {
            expect.step(`${this.className} in full screen`);
        },
    });
});

/** Templates of tests have no `src`: what the server would send is put into the frame. */
const openSlides = async (slides = ["First", "Second", "Third"]) => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "key_account_present",
        context: { active_id: 2 },
    });
    expect("iframe").toHaveAttribute("data-src", "/key_account_management/slides/2");
    queryOne("iframe").contentDocument.body.innerHTML = slides
        .map((text) => `<div class="slide" style="width: 800px; height: 450px">${text}</div>`)
        .join("");
    await manuallyDispatchProgrammaticEvent(queryOne("iframe"), "load");
    await animationFrame();
    expect.verifySteps(slides.length ? ["o_key_account_present in full screen"] : []);
};
const shownSlides = () =>
    [...queryOne("iframe").contentDocument.querySelectorAll(".slide")]
        .filter((slide) => slide.style.display !== "none")
        .map((slide) => slide.textContent);

test("slides are shown one at a time", async () => {
    await openSlides();
    expect(COUNTER).toHaveText("1 / 3");
    expect(shownSlides()).toEqual(["First"]);
    expect("button[aria-label='Previous slide']").not.toBeEnabled();
    await contains("button[aria-label='Next slide']").click();
    expect(shownSlides()).toEqual(["Second"]);
    await contains("button[aria-label='Next slide']").click();
    expect(COUNTER).toHaveText("3 / 3");
    expect("button[aria-label='Next slide']").not.toBeEnabled();
});

test("keys turn the slides, beyond the first and the last one nothing happens", async () => {
    await openSlides();
    for (const [key, slide] of [
        ["ArrowRight", "Second"],
        [" ", "Third"],
        ["PageDown", "Third"],
        ["Backspace", "Second"],
        ["Home", "First"],
        ["ArrowLeft", "First"],
        ["End", "Third"],
    ]) {
        await press(key);
        await animationFrame();
        expect(shownSlides()).toEqual([slide], { message: `after ${key}` });
    }
});

test("a click in the left third turns back, elsewhere forward", async () => {
    await openSlides();
    const { width, height } = queryRect(COVER);
    await click(COVER, { position: { x: width / 2, y: height / 2 }, relative: true });
    expect(shownSlides()).toEqual(["Second"]);
    await click(COVER, { position: { x: width / 4, y: height / 2 }, relative: true });
    expect(shownSlides()).toEqual(["First"]);
});

test("swiping turns the slide, and the click that may follow does not", async () => {
    await openSlides();
    const touch = (type, clientX) =>
        manuallyDispatchProgrammaticEvent(queryOne(COVER), type, {
            changedTouches: [new Touch({ identifier: 1, target: queryOne(COVER), clientX, clientY: 100 })],
        });
    await touch("touchstart", 300);
    await touch("touchend", 200);
    expect(shownSlides()).toEqual(["Second"]);
    queryOne(COVER).click();
    expect(shownSlides()).toEqual(["Second"]);
    await touch("touchstart", 200);
    await touch("touchend", 190);
    expect(shownSlides()).toEqual(["Second"]);
    await touch("touchstart", 100);
    await touch("touchend", 200);
    expect(shownSlides()).toEqual(["First"]);
});

test("the slide fills the window in its own proportions", async () => {
    await openSlides();
    const [screen, page] = [queryRect(".o_key_account_present"), queryRect("iframe")];
    expect(page.width / page.height).toBeCloseTo(800 / 450, { margin: 0.01 });
    expect(Math.min(screen.width - page.width, screen.height - page.height)).toBeCloseTo(0, { margin: 1 });
});

test("F requests the full screen again", async () => {
    await openSlides();
    await press("f");
    expect.verifySteps(["o_key_account_present in full screen"]);
});

test("Esc leaves to the review", async () => {
    await openSlides();
    await press("Escape");
    await press("Escape");
    expect(opened).toEqual([[formOf("key.account.review", 2), { clearBreadcrumbs: true }]]);
});

test("slides that cannot be read are reported", async () => {
    await openSlides([]);
    expect(".o_key_account_present_error").toHaveText(/^The slides cannot be shown/);
    expect(COUNTER).toHaveCount(0);
    await press("ArrowRight");
    await contains("button[aria-label=Exit]").click();
    expect(opened).toHaveLength(1);
});
