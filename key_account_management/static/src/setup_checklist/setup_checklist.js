import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, useState } from "@odoo/owl";

import { useQuestions } from "../utils";

/** What figures and documents of the company still lack. In its settings; the server looks. */
export class SetupChecklist extends Component {
    static template = "key_account_management.SetupChecklist";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ missing: null, error: "" });
        this.questions = useQuestions(this.state);
        // The settings do not wait for it
        onMounted(async () => {
            const company = this.props.record.data.company_id;
            this.state.missing = await this.questions.ask("res.company", "get_key_account_setup", [[company.id]]);
        });
    }

    async open(missing) {
        await this.action.doAction(missing.action);
    }
}

registry.category("view_widgets").add("key_account_setup", {
    component: SetupChecklist,
    fieldDependencies: [{ name: "company_id", type: "many2one" }],
});
