import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useEffect, useState } from "@odoo/owl";

import { useQuestions } from "../utils";

/** What the customer folder contains as things stand. Computed when its page is opened and after each save. */
export class FolderChecklist extends Component {
    static template = "key_account_management.FolderChecklist";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ lines: null, warning: "", error: "" });
        this.questions = useQuestions(this.state);
        useEffect(
            (resId, dirty) => {
                if (!dirty || resId !== this.asked) {
                    this.load(resId);
                }
            },
            () => [this.props.record.resId, this.props.record.dirty]
        );
    }

    async load(resId) {
        if (resId !== this.asked) {
            this.state.lines = null;
        }
        this.asked = resId;
        if (resId) {
            Object.assign(
                this.state,
                await this.questions.ask("key.account.review", "get_folder_checklist", [[resId]])
            );
        } else {
            this.questions.drop();
        }
    }
}

registry.category("view_widgets").add("key_account_folder_checklist", { component: FolderChecklist });
