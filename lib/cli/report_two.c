/* The whole answer of a report: computed, and where it is about two times
 * (drift, slippage, --versus) computed for both. */
#include "base/zone.h"
#include "cli/report.h"
#include "report/drift.h"

/* --versus: another period where there is one, else an earlier state. */
static bool
compare(struct crm_report_job *j, struct crm_rows *rows)
{
	struct crm_cli *cli = j->cli;
	struct crm_rows before = { 0 };
	struct crm_report_facts facts;
	struct crm_err err = { 0 };
	struct crm_span s;
	bool good;
	if (j->period) {
		good = crm_report_compute(j, INT64_MAX, j->versus, &before,
		    &facts);
	} else if (j->lines) {
		crm_cli_usage(cli, _("lines have no earlier state: --versus "
		    "wants --period, and is another one"));
		return false;
	} else if (crm_when_parse(crm_str_z(j->versus), &cli->clock, &s, &err)) {
		crm_cli_fail(cli, &err);
		return false;
	} else {
		good = crm_report_compute(j, s.to - 1, NULL, &before, &facts);
	}
	if (good)
		crm_report_compare(rows, &before);
	crm_rows_release(&before);
	return good;
}

/* The same deals as they stood at another time, over the same period. */
static bool
at_time(struct crm_report_job *j, const struct crm_report_facts *f,
    int64_t at, struct crm_rows *out)
{
	const struct crm_zone *z = j->cli->clock.zone;
	struct crm_report_facts facts;
	char period[32];
	crm_report_range(crm_zone_day(z, f->period.from),
	    crm_zone_day(z, f->period.to - 1) + 1, period);
	return crm_report_compute(j, at, period, out, &facts);
}

/* Kind drift: the deals on the day of --from and now, taken apart. */
static bool
drift(struct crm_report_job *j, struct crm_rows *rows,
    const struct crm_report_facts *f)
{
	struct crm_cli *cli = j->cli;
	struct crm_rows then = { 0 }, out = { 0 };
	struct crm_err err = { 0 };
	struct crm_span s;
	if (!j->from || j->lines || f->period.from == INT64_MIN ||
	    f->period.to == INT64_MAX) {
		crm_cli_usage(cli, _("drift wants the store, --from DAY and a "
		    "period with two ends"));
		return false;
	}
	if (crm_when_parse(crm_str_z(j->from), &cli->clock, &s, &err)) {
		crm_cli_fail(cli, &err);
		return false;
	}
	bool good = at_time(j, f, s.to - 1, &then);
	if (good) {
		crm_report_drift(&then, rows, &out);
		crm_rows_release(rows);
		*rows = out;
	}
	crm_rows_release(&then);
	return good;
}

/* Kind slippage: the deals when the period began, and when it was over (or
 * now): what slipped and was won later has slipped all the same. */
static bool
slippage(struct crm_report_job *j, struct crm_rows *rows,
    const struct crm_report_facts *f)
{
	struct crm_cli *cli = j->cli;
	struct crm_rows then = { 0 }, last = { 0 }, out = { 0 };
	if (j->lines || f->period.from == INT64_MIN ||
	    f->period.to == INT64_MAX) {
		crm_cli_usage(cli, _("slippage wants the store and a period "
		    "with two ends"));
		return false;
	}
	bool over = f->period.to <= cli->clock.now;
	bool good = at_time(j, f, f->period.from - 1, &then) &&
	    (!over || at_time(j, f, f->period.to - 1, &last));
	if (good) {
		crm_report_slippage(&then, over ? &last : rows, &out);
		crm_rows_release(rows);
		*rows = out;
	}
	crm_rows_release(&then);
	crm_rows_release(&last);
	return good;
}

bool
crm_report_answer(struct crm_report_job *j, struct crm_rows *rows,
    struct crm_report_facts *f)
{
	size_t missed;
	if (crm_report_is_kind(j, "goals")) {
		j->spooled = j->lines;
		return crm_report_goals(j, rows, f, &missed);
	}
	return crm_report_compute(j, INT64_MAX, NULL, rows, f) &&
	    (!crm_str_is(f->kind, "drift") || drift(j, rows, f)) &&
	    (!crm_str_is(f->kind, "slippage") || slippage(j, rows, f)) &&
	    (!j->versus || compare(j, rows));
}
