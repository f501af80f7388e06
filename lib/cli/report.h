/* The work of crm-report: definitions found, records fed, rows written. */
#ifndef CRM_CLI_REPORT_H
#define CRM_CLI_REPORT_H

#include "cli/feed.h"
#include "cli/out.h"
#include "report/kind.h"
#include "report/look.h"

/* The own formats of crm-report, in the order of its table. */
enum crm_report_format {
	CRM_REPORT_VEGA = CRM_OUT_OWN, CRM_REPORT_SLACK, CRM_REPORT_TEAMS,
	CRM_REPORT_MIME, CRM_REPORT_ICS
};

struct crm_report_job {
	struct crm_cli *cli;
	struct crm_list keys, measures;	/* --by; --count, --sum FIELD … */
	const char *where, *period, *from, *versus, *in, *rates_at, *check,
	    *free, *rates;
	bool list, explain, missed;

	const char *name;	/* of the report; NULL: made of the options */
	const char *const *files;
	size_t nfiles;		/* lines instead of the store */
	bool lines;
	bool total;		/* all groups in one: the keys are dropped */
	struct crm_buf text;	/* the definition */
	const char *path;	/* its file, for messages */
	struct crm_buf path_buf;
	struct crm_buf columns;	/* what -f would say; until the output ends */
	struct crm_out *out;

	/* Lines that are read more than once. */
	bool spooled;
	struct crm_arena mem;
	struct crm_str *line;
	uint64_t *number;
	size_t nlines, caplines, capnumbers;
};

/* What one computation says beside its rows. */
struct crm_report_facts {
	struct crm_str title, formula, kind, where, chart;
	struct crm_span period;
	bool has_period;
	uint64_t n;		/* records that were looked at */
	int32_t rate_day;	/* oldest rate used; INT32_MAX: none */
	uint64_t rev;
};

/* Reads the definition that the operands name into j->text, or leaves it to
 * the options; sorts out files. False after a report. */
bool crm_report_find(struct crm_report_job *j) CRM_MUST;
/* Reads the definition called `name`. False after a report. */
bool crm_report_named(struct crm_report_job *j, const char *name) CRM_MUST;
/* Goals and what was reached, a row each (with --missed only those that are
 * missed). False after a report. */
bool crm_report_goals(struct crm_report_job *j, struct crm_rows *rows,
    struct crm_report_facts *facts, size_t *missed) CRM_MUST;
/* Compares goals (--check) with what was reached; exit 1 where one is missed. */
void crm_report_check(struct crm_report_job *j);
/* Prints names and titles of all definitions. */
void crm_report_list(struct crm_report_job *j);
/* Computes the report as of `at` (INT64_MAX: --as-of or the newest) over
 * `period` (NULL: --period, else the definition's). Texts of facts live in
 * j->mem. False after a report. */
bool crm_report_compute(struct crm_report_job *j, int64_t at,
    const char *period, struct crm_rows *rows, struct crm_report_facts *facts)
    CRM_MUST;
/* The same with what is about two times: drift, slippage, --versus. False
 * after a report. */
bool crm_report_answer(struct crm_report_job *j, struct crm_rows *rows,
    struct crm_report_facts *facts) CRM_MUST;
/* What the figures rest on: period, filter, rates, zone, n, in one line. */
void crm_report_note(struct crm_report_job *j,
    const struct crm_report_facts *f, struct crm_buf *out);
/* How the answer is to look; its note is text in *note, to be released. */
struct crm_look crm_report_look(struct crm_report_job *j,
    const struct crm_report_facts *f, struct crm_buf *note);
/* Says formula and note on stderr. */
void crm_report_explain(struct crm_report_job *j,
    const struct crm_report_facts *f);
/* Writes the answer as -F says. */
void crm_report_write(struct crm_report_job *j, const struct crm_rows *rows,
    const struct crm_report_facts *f);
/* Is the definition of this kind, one that is not computed from records? */
bool crm_report_is_kind(const struct crm_report_job *j, const char *kind);
/* Prints the definition where it is a dashboard; false where it is none. */
bool crm_report_dashboard(struct crm_report_job *j);
/* Days [from, to) as a range in words: "2026-10-01..2026-12-31". */
void crm_report_range(int32_t from, int32_t to, char out[32]);
/* Adds `_before` and `_change`, objects of the measures, by equal keys; keys
 * that only `before` has get rows of their own. */
void crm_report_compare(struct crm_rows *rows, const struct crm_rows *before);
void crm_report_job_release(struct crm_report_job *j);

#endif
