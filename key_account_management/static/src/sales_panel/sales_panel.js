import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";

const CLOSED = "key_account_sales_panel_closed";

/** What is agreed for the key account whose opportunity or quotation is open. The form shows it for key accounts only. */
export class SalesPanel extends Component {
    static template = "key_account_management.SalesPanel";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ panel: null, open: !browser.localStorage.getItem(CLOSED), error: "" });
        // Not before it is mounted: a form that is drawn anew meanwhile would make the panel, and ask, again
        onMounted(() => this.load(this.accountOf(this.props)));
        onWillUpdateProps(async (props) => {
            if (this.accountOf(props) !== this.account) {
                await this.load(this.accountOf(props));
            }
        });
    }

    accountOf(props) {
        return props.record.data.key_account_id?.id;
    }

    /** An answer for a customer who was replaced meanwhile is dropped. */
    async load(account) {
        this.account = account;
        Object.assign(this.state, { panel: null, error: "" });
        const panel = account && (await this.call("res.partner", "get_key_account_sales_panel", account));
        if (account === this.account) {
            this.state.panel = panel;
        }
    }

    /** Errors are said in the panel: they must not get into the way of selling. */
    async call(model, method, id) {
        try {
            return await this.orm.silent.call(model, method, [[id]]);
        } catch (error) {
            this.state.error = error.data?.message || error.message;
            return null;
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
        await this.call("key.account.coaching.plan", "action_confirm_briefing", this.state.panel.plan.id);
        if (!this.state.error) {
            await this.load(this.account);
        }
    }

    async openRecord(model, id) {
        await this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] });
    }
}

export const salesPanel = {
    component: SalesPanel,
    fieldDependencies: [{ name: "key_account_id", type: "many2one" }],
};

registry.category("view_widgets").add("key_account_sales_panel", salesPanel);
