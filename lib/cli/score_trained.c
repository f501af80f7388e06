/* crm-score --model conversion and churn: train on outcomes, score with
 * reasons, test on what came later. */
#include <math.h>

#include "base/zone.h"
#include "cli/score.h"
#include "format/json.h"
#include "score/outcome.h"

enum { TOP = 8, YEAR = 365 };

/* A record kept for the test behind the training window. */
struct held {
	struct crm_str line;
	struct crm_data_part part;
	bool outcome;
};

struct trained {
	struct crm_score_job *j;
	bool churn;
	struct crm_outcome_rule told;	/* of --outcome */
	struct crm_dataset data;
	struct crm_model *model;
	struct crm_str *fields;		/* of -f */
	size_t nfields;
	int64_t from, to;
	struct held *held;
	size_t nheld, capheld;
	struct crm_arena mem;
	struct crm_buf why;
};

static const char *
model_name(const struct trained *t)
{
	return t->churn ? "churn" : "conversion";
}

/* The period of a contract's k-th year (from 0). */
static struct crm_data_part
year_part(int k)
{
	static const char *const names[] = { "1", "2", "3", "4", "5", "6+" };
	int last = (int)CRM_LEN(names) - 1;
	return (struct crm_data_part){ CRM_STR("contract_year"),
		crm_str_z(names[k < 0 ? 0 : k > last ? last : k]) };
}

static void
note_window(struct trained *t, const struct crm_rec *r, int64_t at)
{
	int64_t begin = crm_outcome_begin(r);
	if (begin != INT64_MIN && (t->from == INT64_MIN || begin < t->from))
		t->from = begin;
	if (at != INT64_MIN && at > t->to)
		t->to = at;
}

static void
hold(struct trained *t, const struct crm_rec *r, struct crm_data_part part,
    bool outcome)
{
	crm_grow(&t->held, &t->capheld, t->nheld + 1, sizeof(*t->held));
	t->held[t->nheld++] = (struct held){ crm_arena_str(&t->mem, r->line),
		part, outcome };
}

static void
take_sale(struct trained *t, const struct crm_rec *r)
{
	struct crm_score_job *j = t->j;
	int64_t at;
	enum crm_outcome o = crm_outcome_sale(j->feed.schema, r, &at);
	struct crm_data_part none = { 0 };
	if (j->outcome)
		o = crm_outcome_told(&t->told, r);
	if (o == CRM_OUTCOME_OPEN)
		return;
	if (at <= j->now) {
		note_window(t, r, at);
		crm_dataset_add(&t->data, crm_score_then(j, r), o == CRM_OUTCOME_YES, none,
		    t->fields, t->nfields);
	} else if (j->backtest && at - j->now <= j->horizon) {
		hold(t, crm_score_then(j, r), none, o == CRM_OUTCOME_YES);
	}
}

/* One row a year that was lived through to its end or to the contract's. */
static void
take_contract(struct trained *t, const struct crm_rec *r)
{
	struct crm_score_job *j = t->j;
	struct crm_contract_life l;
	int32_t later = j->backtest ?
	    j->today + (int32_t)(j->horizon / CRM_DAY) : j->today;
	if (!crm_outcome_contract(r, later, &l) || l.start > j->today)
		return;
	bool gone = l.ended && l.end <= j->today;
	int32_t seen = gone ? l.end : j->today;
	int years = (seen - l.start) / YEAR, k;
	/* a contract that ends with its k-th year ends in it */
	if (gone && years > 0 && (seen - l.start) % YEAR <= 1)
		years--;
	for (k = 0; k < years + gone && k < 100; k++)
		crm_dataset_add(&t->data, crm_score_then(j, r), gone &&
		    k == years, year_part(k), t->fields, t->nfields);
	note_window(t, r, gone ? (int64_t)l.end * CRM_DAY : INT64_MIN);
	if (j->backtest && !gone && (l.ended || l.end > j->today))
		hold(t, crm_score_then(j, r), year_part(years), l.ended &&
		    l.end <= later);
}

static void
split_fields(struct trained *t)
{
	struct crm_str rest = crm_str_z(t->j->cli->fields), part;
	size_t cap = 0;
	while (t->j->cli->fields && crm_str_split(&rest, ',', &part)) {
		crm_grow(&t->fields, &cap, t->nfields + 1, sizeof(*t->fields));
		t->fields[t->nfields++] = part;
	}
}

static bool
is_asked_for(const struct trained *t, struct crm_str field)
{
	for (size_t i = 0; i < t->nfields; i++)
		if (crm_str_eq(t->fields[i], field))
			return true;
	return false;
}

/* Names what the leakage guard left out; refuses where it was asked for. */
static bool
tell_refused(struct trained *t)
{
	struct crm_model *m = t->model;
	for (size_t i = 0; i < m->nrefused; i++) {
		const struct crm_refused *r = &m->refused[i];
		bool itself = crm_outcome_field(t->data.kinds, r->field);
		const char *way = itself || t->j->trust ? "" :
		    _(" (--allow-leakage takes it)");
		if (is_asked_for(t, r->field)) {
			crm_cli_usage(t->j->cli, _("'%.*s' is known only after "
			    "the outcome: %.*s%s"), CRM_FMT(r->field),
			    CRM_FMT(r->why), way);
			return false;
		}
		if (!itself)
			crm_cli_warn(t->j->cli, "model.leakage",
			    _("'%.*s' left out: %.*s%s"), CRM_FMT(r->field),
			    CRM_FMT(r->why), way);
	}
	return true;
}

static bool
learn(struct trained *t)
{
	struct crm_score_job *j = t->j;
	struct crm_err err = { 0 };
	const struct crm_rec *r;
	t->from = t->to = INT64_MIN;
	while (crm_feed_next(&j->feed, &r)) {
		if (t->churn)
			take_contract(t, r);
		else
			take_sale(t, r);
	}
	if (j->cli->failed)
		return false;
	if (j->params)
		return true;
	if (crm_model_train(&t->data, crm_str_z(model_name(t)), j->trust,
	    &t->model, &err)) {
		err.code = CRM_SYSTEM;
		crm_cli_fail(j->cli, &err);
		return false;
	}
	if (j->outcome)
		t->model->outcome = crm_arena_str(&t->model->mem,
		    crm_str_z(j->outcome));
	t->model->from = t->from;
	t->model->to = t->to;
	return tell_refused(t);
}

static bool
load_model(struct trained *t)
{
	struct crm_score_job *j = t->j;
	struct crm_buf text = { 0 };
	struct crm_err err = { 0 };
	bool good = crm_score_file(j, j->params, &text);
	if (good && (crm_model_read(crm_buf_view(&text), &t->model, &err) ||
	    (!crm_str_is(t->model->name, model_name(t)) &&
	    crm_err_set(&err, CRM_INVALID, "params.model",
	    _("a model for %.*s"), CRM_FMT(t->model->name))))) {
		crm_score_bad_file(j, j->params, &err);
		good = false;
	}
	crm_buf_release(&text);
	return good;
}

/* The chance that a contract ends within the horizon: 1 - the product of the
 * years' chances to stay, the last year in part. Reasons are the first's, and
 * (horizon) what more or less time than a year does. */
static double
churn_score(struct trained *t, const struct crm_rec *r, int32_t today,
    struct crm_buf *why)
{
	struct crm_contract_life l;
	double stay = 1;
	if (!crm_outcome_contract(r, today, &l))
		l = (struct crm_contract_life){ today, today, false };
	if (l.ended) {
		if (why)
			crm_buf_z(why, "[]");
		return 1;
	}
	int k = l.start < today ? (today - l.start) / YEAR : 0;
	double left = (double)t->j->horizon / (double)CRM_DAY / YEAR;
	double first = crm_model_score(t->model, r, year_part(k), TOP, why);
	double p = first;
	for (; left > 1e-9; left -= 1) {
		stay *= left >= 1 ? 1 - p : pow(1 - p, left);
		if (left > 1)
			p = crm_model_score(t->model, r, year_part(++k), 0, NULL);
	}
	return crm_model_reason(why, CRM_STR("(horizon)"), first, 1 - stay);
}

/* Six digits that count, on either side of one half. */
static void
print_probability(double p, char *text, size_t size)
{
	double q = fmin(p, 1 - p);
	int digits = 6;
	for (; q > 0 && q < 0.1 && digits < 16; q *= 10)
		digits++;
	snprintf(text, size, "%.*f", digits, p);
}

static bool
emit(struct trained *t, const struct crm_rec *r)
{
	struct crm_score_job *j = t->j;
	struct crm_data_part none = { 0 };
	crm_buf_clear(&t->why);
	double p = t->churn ? churn_score(t, r, j->today, &t->why) :
	    crm_model_score(t->model, r, none, TOP, &t->why);
	char text[32];
	print_probability(p, text, sizeof(text));
	crm_buf_clear(&j->tmp);
	crm_json_add_raw(&j->tmp, "_probability", crm_str_z(text));
	crm_json_add_raw(&j->tmp, "_why", crm_buf_view(&t->why));
	return crm_score_emit(j, r, crm_buf_view(&j->tmp), crm_str_z(text));
}

static void
judge(struct trained *t)
{
	struct crm_score_job *j = t->j;
	struct crm_judged *v = crm_calloc(t->nheld, sizeof(*v));
	for (size_t i = 0; i < t->nheld; i++) {
		const struct held *h = &t->held[i];
		if (crm_record_read(&j->feed.reader, h->line, &j->feed.record,
		    NULL))
			continue;
		const struct crm_rec *r = &j->feed.record.rec;
		v[i].outcome = h->outcome;
		v[i].score = t->churn ? churn_score(t, r, j->today, NULL) :
		    crm_model_score(t->model, r, h->part, 0, NULL);
	}
	struct crm_backtest b;
	crm_backtest(v, t->nheld, true, &b);
	struct crm_buf m = { 0 };
	crm_json_add_u64(&m, "trained_on", t->model->n);
	crm_score_judged(j, model_name(t), crm_buf_view(&m), &b);
	crm_buf_release(&m);
	free(v);
}

static void
run(struct trained *t)
{
	struct crm_score_job *j = t->j;
	const struct crm_rec *r;
	const char *const names[] = { "deal", "lead" };
	const struct crm_type *types[2];
	for (size_t i = 0; i < 2; i++)
		types[i] = crm_schema_type(j->feed.schema,
		    crm_str_z(t->churn ? "contract" : names[i]));
	if (!crm_feed_start(&j->feed, types, t->churn ? 1 : 2) ||
	    (j->params && !load_model(t)))
		return;
	if (j->train || j->backtest) {
		if (!learn(t))
			return;
	} else {
		while (crm_feed_next(&j->feed, &r) && emit(t, r))
			;
	}
	if (j->train) {
		crm_buf_clear(&j->tmp);
		crm_model_write(t->model, &j->tmp);
		crm_out_record(j->out, crm_buf_view(&j->tmp));
	} else if (j->backtest && j->cli->as_of_opt) {
		judge(t);
	} else if (j->backtest) {
		struct crm_buf m = { 0 };
		crm_json_add_u64(&m, "folds", CRM_LOGIT_FOLDS);
		crm_score_judged(j, model_name(t), crm_buf_view(&m),
		    &t->model->test);
		crm_buf_release(&m);
	}
}

void
crm_score_trained(struct crm_score_job *j)
{
	struct trained t = { .j = j, .churn = j->model == CRM_SCORE_CHURN };
	split_fields(&t);
	t.told = crm_outcome_rule(crm_str_z(j->outcome));
	t.data.told = t.told.field;
	run(&t);
	crm_dataset_release(&t.data);
	crm_model_free(t.model);
	crm_arena_release(&t.mem);
	crm_buf_release(&t.why);
	free(t.fields);
	free(t.held);
}
