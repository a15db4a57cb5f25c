import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useEffect, useState } from "@odoo/owl";

import { useQuestions } from "../utils";

/** What to know before a visit. The form does not wait for it. */
export class VisitPreparation extends Component {
    static template = "key_account_management.VisitPreparation";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ data: null, error: "" });
        this.questions = useQuestions(this.state);
        useEffect(
            (resId) => {
                this.load(resId);
            },
            () => [this.props.record.resId]
        );
    }

    async load(resId) {
        this.state.data = null;
        if (resId) {
            this.state.data = await this.questions.ask("key.account.visit", "get_preparation", [[resId]]);
        } else {
            this.questions.drop();
        }
    }

    get sections() {
        const { data } = this.state;
        return [
            { key: "moved", title: _t("What moved"), lines: [...data.moved, data.overdue].filter(Boolean) },
            { key: "issues", title: _t("Open issues"), lines: data.issues },
            { key: "measures", title: _t("Open measures"), lines: data.measures },
            { key: "promises", title: _t("Promised in the last review"), lines: data.promises },
            { key: "offers", title: _t("Open offers"), lines: data.offers },
            { key: "happened", title: _t("Since the last visit"), lines: data.happened },
            { key: "people", title: _t("People"), lines: data.people },
        ];
    }
}

registry.category("view_widgets").add("key_account_visit_preparation", { component: VisitPreparation });
