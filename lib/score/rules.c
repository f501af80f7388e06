#include "score/rules.h"

#include <math.h>

#include "base/stats.h"
#include "format/json.h"

void
crm_rules_free(struct crm_rules *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->nrules; i++) {
		crm_query_free(r->rule[i].when);
		crm_query_free(r->rule[i].event);
	}
	crm_arena_release(&r->mem);
	free(r);
}

int64_t
crm_decay_apply(const struct crm_decay *d, int64_t points, int64_t age)
{
	switch (d->kind) {
	case CRM_DECAY_NONE:
		return points;
	case CRM_DECAY_HALF_LIFE:
		return llround((double)points *
		    exp2(-(double)age / (double)d->span));
	case CRM_DECAY_LINEAR:
		if (age >= d->span)
			return 0;
		return llround((double)points *
		    (1 - (double)age / (double)d->span));
	case CRM_DECAY_STEP:
		for (size_t i = 0; i < d->nsteps; i++)
			if (age <= d->step[i].upto)
				return points * d->step[i].percent / 100;
		return 0;
	}
	return points;
}

void
crm_points_format(struct crm_buf *b, int64_t points)
{
	uint64_t u = points < 0 ? -(uint64_t)points : (uint64_t)points;
	if (points < 0)
		crm_buf_c(b, '-');
	crm_buf_u64(b, u / CRM_POINT);
	unsigned rest = (unsigned)(u % CRM_POINT);
	if (rest % 10)
		crm_buf_printf(b, ".%02u", rest);
	else if (rest)
		crm_buf_printf(b, ".%u", rest / 10);
}

void
crm_tally_init(struct crm_tally *t, const struct crm_rules *r)
{
	*t = (struct crm_tally){ .nrules = r->nrules };
	t->rule = crm_arena_zalloc(&t->mem, r->nrules * sizeof(*t->rule));
	for (size_t i = 0; i < r->nrules; i++) {
		t->rule[i].last = INT64_MIN;
		if (r->rule[i].times)
			t->rule[i].newest = crm_arena_zalloc(&t->mem,
			    r->rule[i].times * sizeof(int64_t));
	}
}

void
crm_tally_clear(struct crm_tally *t)
{
	for (size_t i = 0; i < t->nrules; i++) {
		t->rule[i].sum = 0;
		t->rule[i].events = 0;
		t->rule[i].last = INT64_MIN;
		t->rule[i].nnewest = 0;
	}
}

void
crm_tally_release(struct crm_tally *t)
{
	crm_arena_release(&t->mem);
	*t = (struct crm_tally){ 0 };
}

void
crm_tally_record(struct crm_tally *t, const struct crm_rules *r,
    const struct crm_rec *rec, const struct crm_query_env *env)
{
	for (size_t i = 0; i < r->nrules; i++) {
		const struct crm_rule *k = &r->rule[i];
		if (k->when && !k->event && crm_query_match(k->when, rec, env)) {
			t->rule[i].sum = k->points;
			t->rule[i].events = 1;
		}
	}
}

/* Keeps the newest `times` times, newest first. */
static void
keep_newest(struct crm_rule_tally *k, uint32_t times, int64_t at)
{
	uint32_t i = k->nnewest;
	if (i == times) {
		if (k->newest[times - 1] >= at)
			return;
		i--;
	} else {
		k->nnewest++;
	}
	for (; i > 0 && k->newest[i - 1] < at; i--)
		k->newest[i] = k->newest[i - 1];
	k->newest[i] = at;
}

static int64_t
age_of(int64_t at, int64_t now)
{
	int64_t age;
	return __builtin_sub_overflow(now, at, &age) ? INT64_MAX : age;
}

bool
crm_rule_counts(const struct crm_rule *k, const struct crm_rec *event,
    int64_t at, int64_t now, const struct crm_query_env *env)
{
	return k->event && at <= now &&
	    (!k->window || age_of(at, now) <= k->window) &&
	    crm_query_match(k->event, event, env);
}

void
crm_tally_count(struct crm_tally *t, const struct crm_rules *r, size_t rule,
    int64_t at, int64_t now)
{
	const struct crm_rule *k = &r->rule[rule];
	struct crm_rule_tally *s = &t->rule[rule];
	s->events++;
	if (at > s->last)
		s->last = at;
	if (k->times)
		keep_newest(s, k->times, at);
	else
		s->sum = crm_add_saturated(s->sum, crm_decay_apply(&k->decay,
		    k->points, age_of(at, now)));
}

void
crm_tally_event(struct crm_tally *t, const struct crm_rules *r,
    const struct crm_rec *event, int64_t at, int64_t now,
    const struct crm_query_env *env)
{
	for (size_t i = 0; i < r->nrules; i++)
		if (crm_rule_counts(&r->rule[i], event, at, now, env))
			crm_tally_count(t, r, i, at, now);
}

void
crm_tally_merge(struct crm_tally *t, const struct crm_rules *r,
    const struct crm_tally *other)
{
	for (size_t i = 0; i < r->nrules; i++) {
		struct crm_rule_tally *a = &t->rule[i];
		const struct crm_rule_tally *b = &other->rule[i];
		if (r->rule[i].event) {
			a->sum = crm_add_saturated(a->sum, b->sum);
			a->events += b->events;
		} else if (b->events) {
			a->sum = b->sum;
			a->events = b->events;
		}
		if (b->last > a->last)
			a->last = b->last;
		for (uint32_t j = 0; j < b->nnewest; j++)
			keep_newest(a, r->rule[i].times, b->newest[j]);
	}
}

static int64_t
rule_sum(const struct crm_rule *k, const struct crm_rule_tally *s, int64_t now)
{
	int64_t sum = s->sum;
	for (uint32_t j = 0; j < s->nnewest; j++)
		sum = crm_add_saturated(sum, crm_decay_apply(&k->decay, k->points,
		    now - s->newest[j]));
	if (k->cap && sum > k->cap)
		return k->cap;
	return k->cap && sum < -k->cap ? -k->cap : sum;
}

struct reason {
	struct crm_str rule;
	bool limit;
	int64_t points;
	const struct crm_rule_tally *tally;
	size_t no;
};

static int
by_effect(const void *va, const void *vb)
{
	const struct reason *a = va, *b = vb;
	int64_t x = llabs(a->points), y = llabs(b->points);
	if (a->limit != b->limit)
		return a->limit - b->limit;
	if (x != y)
		return x > y ? -1 : 1;
	return (a->no > b->no) - (a->no < b->no);
}

static void
write_reasons(struct reason *why, size_t n, struct crm_buf *out)
{
	qsort(why, n, sizeof(*why), by_effect);
	crm_buf_c(out, '[');
	for (size_t i = 0; i < n; i++) {
		crm_json_comma(out);
		crm_buf_z(out, "{\"rule\":\"");
		if (why[i].limit)
			crm_buf_z(out, "limit:");
		crm_json_escape(out, why[i].rule);
		crm_buf_z(out, "\",\"points\":");
		crm_points_format(out, why[i].points);
		const struct crm_rule_tally *t = why[i].tally;
		if (t && t->last != INT64_MIN) {
			crm_json_add_u64(out, "events", t->events);
			crm_buf_z(out, ",\"last\":\"");
			crm_time_format(out, t->last);
			crm_buf_c(out, '"');
		}
		crm_buf_c(out, '}');
	}
	crm_buf_c(out, ']');
}

static char
grade_of(const struct crm_rules *r, int64_t fit)
{
	for (int i = 0; i < 5; i++)
		if (fit >= r->grade[i])
			return "ABCDE"[i];
	return 'F';
}

static int64_t
clamp(struct crm_limits l, int64_t v)
{
	return v < l.min ? l.min : v > l.max ? l.max : v;
}

struct crm_score
crm_tally_score(const struct crm_tally *t, const struct crm_rules *r,
    int64_t now, struct crm_buf *why)
{
	struct crm_arena mem = { 0 };
	struct reason *reasons = crm_arena_alloc(&mem,
	    (r->nrules + r->ngroups + 1) * sizeof(*reasons));
	int64_t *group = crm_arena_zalloc(&mem, r->ngroups * sizeof(*group));
	size_t n = 0;
	for (size_t i = 0; i < r->nrules; i++) {
		int64_t sum = rule_sum(&r->rule[i], &t->rule[i], now);
		size_t g = r->rule[i].group;
		group[g] = crm_add_saturated(group[g], sum);
		if (sum)
			reasons[n++] = (struct reason){ r->rule[i].name, false,
				sum, &t->rule[i], i };
	}
	struct crm_score s = { 0 };
	for (size_t g = 0; g < r->ngroups; g++) {
		int64_t v = clamp(r->group[g].limits, group[g]);
		if (v != group[g])
			reasons[n++] = (struct reason){ r->group[g].name, true,
				v - group[g], NULL, g };
		s.points = crm_add_saturated(s.points, v);
		if (r->group[g].fit)
			s.fit = crm_add_saturated(s.fit, v);
	}
	int64_t total = clamp(r->limits, s.points);
	if (total != s.points)
		reasons[n++] = (struct reason){ CRM_STR("total"), true,
			total - s.points, NULL, r->ngroups };
	s.points = total;
	s.grade = grade_of(r, s.fit);
	if (why)
		write_reasons(reasons, n, why);
	crm_arena_release(&mem);
	return s;
}
