#include "score/model.h"

#include <math.h>

#include "format/json.h"
#include "score/params.h"
#include "score/special.h"
#include "tap.h"

enum { N = 1500 };

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Software wins, retail loses, large is good, referral helps; `why` stands
 * only on the lost, `echo` is the outcome itself. */
static bool
make_line(uint32_t *seed, size_t i, struct crm_buf *b)
{
	static const char *const industry[] = { "software", "retail", "bank" };
	unsigned k = next(seed) % 3, size = next(seed) % 1000;
	bool referral = next(seed) % 3 == 0;
	double f = (k == 0) - (k == 1) + (size - 500.0) / 300 + referral;
	bool won = next(seed) / (double)(1 << 24) < crm_sigmoid(f);
	crm_buf_clear(b);
	crm_buf_printf(b, "{\"id\":\"d%zu\",\"type\":\"deal\",\"stage\":\"%s\","
	    "\"industry\":\"%s\",\"tags\":[%s\"web\"],\"size\":%u,"
	    "\"echo\":\"%s\"%s}", i, won ? "won" : "lost", industry[k],
	    referral ? "\"referral\"," : "", size, won ? "y" : "n",
	    won ? "" : ",\"why\":\"price\"");
	return won;
}

static double
sum_of_reasons(struct crm_str why)
{
	struct crm_json_iter it = crm_json_iter(why);
	struct crm_str none, e;
	double sum = 0, v;
	while (crm_json_next(&it, &none, &e))
		if (crm_params_member(e, "log_odds", &v))
			sum += v;
	return sum;
}

static void
check_scores(struct crm_model *m, struct crm_reader *rd)
{
	struct crm_buf text = { 0 }, why = { 0 }, line = { 0 };
	struct crm_record r = { 0 };
	struct crm_model *again = NULL;
	struct crm_err err = { 0 };
	struct crm_data_part none = { 0 };
	crm_model_write(m, &text);
	ok(crm_model_read(crm_buf_view(&text), &again, &err) == CRM_OK,
	    "a written model reads back %s", err.msg);
	uint32_t seed = 99;
	bool equal = true, adds = true;
	double soft = 0, retail = 0;
	for (size_t i = 0; i < 300 && again; i++) {
		make_line(&seed, i, &line);
		if (crm_record_read(rd, crm_buf_view(&line), &r, &err))
			break;
		crm_buf_clear(&why);
		double p = crm_model_score(m, &r.rec, none, 3, &why);
		double q = crm_model_score(again, &r.rec, none, 3, NULL);
		equal = equal && p == q;
		adds = adds && fabs(crm_sigmoid(sum_of_reasons(
		    crm_buf_view(&why))) - p) < 1e-12;
		struct crm_str v;
		if (crm_rec_get(&r.rec, CRM_STR("industry"), &v)) {
			soft += crm_str_is(v, "\"software\"") ? p : 0;
			retail += crm_str_is(v, "\"retail\"") ? p : 0;
		}
	}
	ok(equal, "and scores the same");
	ok(adds, "the reasons add up to the log-odds");
	ok(soft > retail * 1.2, "software is likelier than retail");
	text.n /= 2;
	ok(crm_model_read(crm_buf_view(&text), &again, &err) == CRM_INVALID,
	    "half a model is refused: %s", err.msg);
	crm_model_free(again);
	crm_record_release(&r);
	crm_buf_release(&text);
	crm_buf_release(&why);
	crm_buf_release(&line);
}

int
main(void)
{
	struct crm_shapes shapes = { 0 };
	struct crm_reader rd = { .schema = crm_schema_default(),
		.shapes = &shapes };
	struct crm_record r = { 0 };
	struct crm_dataset d = { 0 }, back = { 0 };
	struct crm_buf line = { 0 }, one = { 0 }, two = { 0 };
	struct crm_err err = { 0 };
	struct crm_data_part none = { 0 };
	char *lines[N];
	bool won[N];
	uint32_t seed = 3;
	for (size_t i = 0; i < N; i++) {
		won[i] = make_line(&seed, i, &line);
		lines[i] = crm_strdup(crm_buf_view(&line));
		if (crm_record_read(&rd, crm_buf_view(&line), &r, &err))
			return 1;
		crm_dataset_add(&d, &r.rec, won[i], none, NULL, 0);
	}
	for (size_t i = N; i-- > 0;) {
		if (crm_record_read(&rd, crm_str_z(lines[i]), &r, &err))
			return 1;
		crm_dataset_add(&back, &r.rec, won[i], none, NULL, 0);
		free(lines[i]);
	}
	struct crm_model *m = NULL, *n = NULL;
	ok(crm_model_train(&d, CRM_STR("conversion"), false, &m, &err) ==
	    CRM_OK, "trains %s", err.msg);
	ok(m->test.auc.value > 0.75, "AUC %.3f", m->test.auc.value);
	bool why = false, echo = false;
	for (size_t i = 0; i < m->nrefused; i++) {
		why = why || crm_str_is(m->refused[i].field, "why");
		echo = echo || crm_str_is(m->refused[i].field, "echo");
	}
	ok(why, "a field of one outcome only is refused");
	ok(echo, "a field that tells the outcome is refused");
	ok(crm_model_train(&back, CRM_STR("conversion"), false, &n, &err) ==
	    CRM_OK, "trains on the reverse order");
	crm_model_write(m, &one);
	crm_model_write(n, &two);
	ok(crm_str_eq(crm_buf_view(&one), crm_buf_view(&two)),
	    "the order of input changes no byte");
	check_scores(m, &rd);
	crm_model_free(m);
	crm_model_free(n);
	crm_dataset_release(&d);
	crm_dataset_release(&back);
	crm_record_release(&r);
	crm_reader_release(&rd);
	crm_shapes_release(&shapes);
	crm_buf_release(&line);
	crm_buf_release(&one);
	crm_buf_release(&two);
	return tap_end();
}
