#include "report/repeat.h"

#include "base/hash.h"
#include "format/json.h"

enum { MOST = 1000 };

bool
crm_repeat_begin(struct crm_repeat *p, const struct crm_report_run *run,
    const struct crm_rec *rec, int64_t from, int64_t to)
{
	struct crm_str v;
	struct crm_buf text = { 0 };
	*p = (struct crm_repeat){ .clock = &run->ctx->clock,
		.window = { .from = from, .to = to } };
	if (!crm_rec_meeting(run, rec, &p->first))
		return false;
	if (!crm_rec_text(rec, "recurrence", &v))
		return true;
	crm_buf_str(&text, v);
	p->repeated = crm_recur_parse(crm_buf_view(&text), &p->rule);
	crm_buf_release(&text);
	p->zone = p->clock->zone;
	if (crm_rec_text(rec, "timezone", &v) &&
	    crm_zone_get(v, &p->zone, NULL))
		p->zone = p->clock->zone;
	if (!crm_rec_get(rec, CRM_STR("recurrence_except"), &p->except) ||
	    crm_json_kind(p->except) != '[')
		p->except = (struct crm_str){ NULL, 0 };
	if (!p->repeated)
		return true;
	int64_t start = p->first.from + crm_zone_offset(p->zone,
	    p->first.from) * CRM_SECOND;
	int64_t length = p->first.to - p->first.from;
	/* a day earlier: zones differ by less */
	bool open = from < p->first.from;
	crm_recur_begin(&p->it, &p->rule, start, p->zone, open ? INT64_MIN :
	    from - length - CRM_DAY);
	return true;
}

static bool
is_left_out(const struct crm_repeat *p, int64_t at)
{
	struct crm_json_iter it = crm_json_iter(p->except);
	struct crm_str key, val;
	int64_t t;
	while (p->except.n && crm_json_next(&it, &key, &val))
		if (crm_json_is_string(val) && crm_value_instant(crm_json_inner(
		    val), p->clock, &t) && t == at)
			return true;
	return false;
}

static bool
touches(const struct crm_repeat *p, const struct crm_span *s)
{
	return s->to > p->window.from && s->from < p->window.to;
}

bool
crm_repeat_next(struct crm_repeat *p, struct crm_span *out)
{
	int64_t local;
	if (!p->repeated) {
		bool had = p->over;
		p->over = true;
		*out = p->first;
		return !had && touches(p, out);
	}
	while (p->n < MOST && crm_recur_next(&p->it, &local)) {
		out->from = crm_zone_utc(p->zone, local);
		out->to = out->from + (p->first.to - p->first.from);
		if (out->from >= p->window.to)
			return false;
		if (!touches(p, out) || is_left_out(p, out->from))
			continue;
		p->n++;
		return true;
	}
	return false;
}

void
crm_repeat_end(struct crm_repeat *p)
{
	crm_recur_release(&p->it);
}

static uint64_t
hash_of(struct crm_str uid)
{
	static const uint8_t key[16] = "calendar series";
	uint64_t h = crm_siphash(key, uid.p, uid.n);
	return h ? h : 1;
}

bool
crm_moved_take(struct crm_moved *m, const struct crm_report_run *run,
    const struct crm_rec *rec)
{
	struct crm_str at, uid;
	int64_t t;
	if (!crm_rec_text(rec, "recurrence_at", &at) ||
	    !crm_value_instant(at, &run->ctx->clock, &t) ||
	    !crm_rec_text(rec, "recurrence_of", &uid))
		return false;
	crm_grow(&m->v, &m->cap, m->n + 1, sizeof(*m->v));
	m->v[m->n++] = (struct crm_moved_time){ hash_of(uid), t };
	return true;
}

uint64_t
crm_moved_series(const struct crm_rec *rec)
{
	struct crm_str v;
	if (!crm_rec_text(rec, "recurrence", &v) ||
	    !crm_rec_text(rec, "ext.ical", &v))
		return 0;
	return hash_of(v);
}

static int
by_series(const void *a, const void *b)
{
	const struct crm_moved_time *x = a, *y = b;
	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

bool
crm_moved_has(struct crm_moved *m, uint64_t series, int64_t at)
{
	struct crm_moved_time wanted = { series, at };
	if (!m->n || !series)
		return false;
	if (!m->sorted)
		qsort(m->v, m->n, sizeof(*m->v), by_series);
	m->sorted = true;
	return bsearch(&wanted, m->v, m->n, sizeof(*m->v), by_series) != NULL;
}
