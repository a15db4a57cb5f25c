import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

import { onWillStart, useState } from "@odoo/owl";

const formatters = registry.category("formatters");

/** Rows that are shown, of opened groups as well. */
function shownRecords(list) {
    return list.isGrouped ? list.groups.flatMap((group) => shownRecords(group.list)) : list.records;
}

/** As of when the oldest figures are. */
function asOf(list) {
    const moments = shownRecords(list)
        .map((record) => record.data.as_of)
        .filter(Boolean);
    return moments.length
        ? _t(
              "As of %s",
              formatDateTime(
                  moments.reduce((a, b) => (a < b ? a : b)),
                  { showSeconds: false }
              )
          )
        : "";
}

/** Totals come from the server: it knows which accounts are inside others, and also adds up what is not loaded. */
export class PortfolioListRenderer extends ListRenderer {
    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.totals = useState({ values: null });
        // Which rows they are of
        this.totalsKey = "";
        super.setup();
        onWillStart(() => this.loadTotals());
    }

    get totalColumns() {
        return this.props.archInfo.columns.filter(
            (column) => column.type === "field" && (column.attrs.sum || column.attrs.avg)
        );
    }

    async loadTotals() {
        const { list } = this.props;
        const ids = list.selection.map((record) => record.resId);
        const domain = ids.length ? [["id", "in", ids]] : list.domain;
        const key = JSON.stringify([domain, list.count, asOf(list)]);
        if (key === this.totalsKey) {
            return;
        }
        this.totalsKey = key;
        const specs = this.totalColumns.flatMap(({ name }) => {
            const { type, aggregator } = list.fields[name];
            return type === "monetary" ? [`${name}:${aggregator}`, `${name}:sum_currency`] : [`${name}:${aggregator}`];
        });
        const aggregates = [...specs, "currency_id:array_agg_distinct"];
        const groups = await this.keepLast.add(
            this.orm.silent.formattedReadGroup(list.resModel, domain, [], aggregates, {})
        );
        this.totals.values = groups[0] || null;
    }

    /** Called with each rendering, which does not wait for totals of other rows. */
    computeAggregates() {
        this.loadTotals();
        const values = this.totals.values;
        const aggregates = {};
        for (const { name, widget, attrs } of values ? this.totalColumns : []) {
            if (name in this.optionalActiveFields && !this.optionalActiveFields[name]) {
                continue;
            }
            const { type, aggregator, digits } = this.props.list.fields[name];
            const currencies = values["currency_id:array_agg_distinct"];
            const multiCurrency = type === "monetary" && currencies.length > 1;
            const rawValue = values[`${name}:${multiCurrency ? "sum_currency" : aggregator}`];
            if (rawValue === false || rawValue === null || rawValue === undefined) {
                continue;
            }
            const formatter = formatters.get(widget, null) || formatters.get(type);
            const currencyId = multiCurrency ? user.activeCompany.currency_id : currencies[0];
            aggregates[name] = {
                help: multiCurrency ? "" : attrs.sum || attrs.avg,
                value: formatter(rawValue, { digits, currencyId, escape: true }),
                multiCurrency,
                rawValue,
            };
        }
        return aggregates;
    }
}

export class PortfolioListController extends ListController {
    get asOf() {
        return asOf(this.model.root);
    }
}

export class PortfolioKanbanController extends KanbanController {
    get asOf() {
        return asOf(this.model.root);
    }
}

const views = registry.category("views");
views.add("key_account_portfolio_list", {
    ...listView,
    Controller: PortfolioListController,
    Renderer: PortfolioListRenderer,
});
PortfolioListController.template = "key_account_management.PortfolioList";
views.add("key_account_portfolio_kanban", { ...kanbanView, Controller: PortfolioKanbanController });
PortfolioKanbanController.template = "key_account_management.PortfolioKanban";
