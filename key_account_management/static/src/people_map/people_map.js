import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

import { useAccountData, useOpening, useQuestions } from "../utils";

const COLORS = { supporter: "border-success", critic: "border-danger" };

/** A person, and below it everyone who reports to them. */
export class PersonBranch extends Component {
    static template = "key_account_management.PersonBranch";
    static props = { person: Object, map: Object };

    get below() {
        return this.props.map.below(this.props.person.id);
    }

    get classes() {
        const { dragged, over } = this.props.map.state;
        const { id, attitude_code: attitude } = this.props.person;
        return [COLORS[attitude], dragged && over === id && "o_key_account_over"].filter(Boolean).join(" ");
    }

    get texts() {
        const { role, influence, attitude } = this.props.person;
        return [role, influence && _t("Influence: %s", influence), attitude].filter(Boolean).join(" · ");
    }
}
PersonBranch.components = { PersonBranch };

/** The buying centre of the account. Dragging a person onto another one says who reports to whom; so does the form. */
export class PeopleMap extends Component {
    static template = "key_account_management.PeopleMap";
    static components = { PersonBranch };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ data: null, error: "", dragged: null, over: null });
        this.questions = useQuestions(this.state);
        this.load = useAccountData(this, "get_key_account_people_map");
        this.open = useOpening(this.state);
    }

    // === WHO REPORTS TO WHOM ===

    get roots() {
        return this.state.data.people.filter(({ placed, superior }) => placed && !superior);
    }

    get others() {
        return this.state.data.people.filter(({ placed }) => !placed);
    }

    below(id) {
        return this.state.data.people.filter(({ superior }) => superior === id);
    }

    // === CHANGING IT ===

    get mayEdit() {
        return this.state.data.may_edit;
    }

    drag(ev, person) {
        this.state.dragged = person.id;
        ev.dataTransfer?.setData("text/plain", String(person.id));
        ev.stopPropagation();
    }

    dragOver(ev, person) {
        if (this.state.dragged) {
            // Only then it can be dropped there
            ev.preventDefault();
            ev.stopPropagation();
            this.state.over = person ? person.id : 0;
        }
    }

    async drop(ev, person) {
        ev.preventDefault();
        ev.stopPropagation();
        const { dragged } = this.state;
        this.endDrag();
        if (dragged && dragged !== (person && person.id)) {
            await this.setSuperior(dragged, person ? person.id : false);
        }
    }

    endDrag() {
        Object.assign(this.state, { dragged: null, over: null });
    }

    async setSuperior(id, superior) {
        const values = { key_account_reports_to_id: superior };
        if (await this.questions.ask("res.partner", "write", [[id], values])) {
            await this.load();
        }
    }

    edit(person) {
        this.dialog.add(FormViewDialog, {
            resModel: "res.partner",
            resId: person.id,
            title: person.name,
            context: { form_view_ref: "key_account_management.res_partner_view_form_person" },
            onRecordSaved: () => this.load(),
        });
    }

    openList() {
        return this.open(["res.partner", "action_view_key_account_people", [[this.props.record.resId]]]);
    }
}

registry.category("view_widgets").add("key_account_people", { component: PeopleMap });
