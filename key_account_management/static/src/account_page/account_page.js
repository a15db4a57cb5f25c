import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useEffect, useState } from "@odoo/owl";

import { useOpening, useQuestions } from "../utils";

/** Where the account stands: why, and the few numbers that matter. The server computes and formats. */
export class AccountPage extends Component {
    static template = "key_account_management.AccountPage";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ page: null, error: "", refreshing: false });
        this.questions = useQuestions(this.state);
        this.open = useOpening(this.state);
        // What people decide about the account changes what is said of it
        useEffect(
            () => {
                this.ask("get_key_account_page");
            },
            () => [this.props.record.resId, this.decided]
        );
    }

    get decided() {
        const { key_account_status: status, key_account_tier_id: tier } = this.props.record.data;
        return this.props.record.dirty ? this.lastDecided : (this.lastDecided = JSON.stringify([status, tier]));
    }

    async ask(method) {
        const { resId } = this.props.record;
        if (!resId) {
            this.questions.drop();
            this.state.page = null;
            return;
        }
        const page = await this.questions.ask("res.partner", method, [[resId]]);
        if (page) {
            this.state.page = page;
        }
    }

    async refresh() {
        this.state.refreshing = true;
        await this.ask("refresh_key_account_page");
        this.state.refreshing = false;
    }

    get title() {
        return _t("Open what this is made of");
    }
}

registry.category("view_widgets").add("key_account_page", { component: AccountPage });
