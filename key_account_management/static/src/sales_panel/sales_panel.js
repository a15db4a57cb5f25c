import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useEffect, useState } from "@odoo/owl";

import { formAction, useQuestions } from "../utils";

const CLOSED = "key_account_sales_panel_closed";

/** What is agreed for the key account whose opportunity or quotation is open. The form only shows it for key accounts. */
export class SalesPanel extends Component {
    static template = "key_account_management.SalesPanel";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ panel: null, open: !browser.localStorage.getItem(CLOSED), error: "" });
        this.questions = useQuestions(this.state);
        // Not before it is mounted: a form redrawn in the meantime would create the panel, and ask, again
        useEffect(
            () => {
                this.load();
            },
            () => [this.account]
        );
    }

    get account() {
        return this.props.record.data.key_account_id?.id;
    }

    async load() {
        this.state.panel = null;
        if (this.account) {
            this.state.panel = await this.questions.ask("res.partner", "get_key_account_sales_panel", [[this.account]]);
        } else {
            this.questions.drop();
        }
    }

    get moreMeasures() {
        return _t("and %s more", this.state.panel.more_measures);
    }

    toggle() {
        this.state.open = !this.state.open;
        if (this.state.open) {
            browser.localStorage.removeItem(CLOSED);
        } else {
            browser.localStorage.setItem(CLOSED, "1");
        }
    }

    async confirmBriefing() {
        const { id } = this.state.panel.plan;
        await this.questions.ask("key.account.coaching.plan", "action_confirm_briefing", [[id]]);
        if (!this.state.error) {
            await this.load();
        }
    }

    async openRecord(model, id) {
        await this.action.doAction(formAction(model, id));
    }
}

export const salesPanel = {
    component: SalesPanel,
    fieldDependencies: [{ name: "key_account_id", type: "many2one" }],
};

registry.category("view_widgets").add("key_account_sales_panel", salesPanel);
