import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-dom";
import { mockService, MockServer, mountView, pagerNext } from "@web/../tests/web_test_helpers";

import { defineKeyAccountModels } from "./key_account_test_helpers";

defineKeyAccountModels();

const listeners = new Set();
beforeEach(() => {
    listeners.clear();
    mockService("bus_service", {
        subscribe(type, listener) {
            if (type === "key_account_document_job") {
                listeners.add(listener);
            } else {
                super.subscribe(type, listener);
            }
        },
        unsubscribe(type, listener) {
            if (type === "key_account_document_job") {
                listeners.delete(listener);
            } else {
                super.unsubscribe(type, listener);
            }
        },
    });
});

const mountJob = () =>
    mountView({
        type: "form",
        resModel: "key.account.document.job",
        resId: 1,
        resIds: [1, 2],
        arch: /* xml */ `
            <form edit="0">
                <field name="total" invisible="1"/>
                <field name="finished" widget="key_account_job_progress" options="{'max_value': 'total'}"/>
            </form>`,
    });

/** The server finishes some documents of a job and tells it. */
const finish = async (id, finished) => {
    MockServer.env["key.account.document.job"].write([id], { finished });
    listeners.forEach((listener) => listener({ id }));
    await animationFrame();
};

test("the bar moves while being watched", async () => {
    await mountJob();
    expect(".o_progressbar").toHaveText("1 / 4", { inline: true });
    await finish(1, 3);
    expect(".o_progressbar").toHaveText("3 / 4", { inline: true });
});

test("other jobs do not move it", async () => {
    await mountJob();
    MockServer.env["key.account.document.job"].write([1], { finished: 4 });
    await finish(2, 1);
    expect(".o_progressbar").toHaveText("1 / 4", { inline: true });
});

test("it follows the job that is shown", async () => {
    await mountJob();
    await pagerNext();
    await finish(2, 5);
    expect(".o_progressbar").toHaveText("5 / 8", { inline: true });
});
