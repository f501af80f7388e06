#include "cli/score_events.h"

#include "base/mem.h"
#include "score/outcome.h"

enum { MOST_TYPES = 256 };

bool
crm_score_event_time(const struct crm_rec *e, int64_t *at)
{
	static const char *const fields[] = { "at", "opened", "issued", "start",
		"created", "due" };
	for (size_t i = 0; i < CRM_LEN(fields); i++)
		if (crm_rec_when(e, crm_str_z(fields[i]), at))
			return true;
	return false;
}

/* The types of events that the rules ask for; 0: one asks for any. */
static size_t
event_types(const struct crm_score_job *j, const struct crm_rules *r,
    const struct crm_type **out)
{
	size_t n = 0;
	for (size_t i = 0; i <= r->nrules; i++) {
		const struct crm_type *purchase = crm_schema_type(
		    j->feed.schema, CRM_STR("purchase"));
		const struct crm_type *const *types = &purchase;
		size_t k = j->backtest && purchase ? 1 : 0, x = 0;
		if (i < r->nrules && !r->rule[i].event)
			continue;
		if (i < r->nrules) {
			types = crm_query_types(r->rule[i].event, &k);
			if (k == 0)
				return 0;
		}
		for (; k > 0; k--, types++) {
			for (x = 0; x < n && out[x] != *types; x++)
				;
			if (x == n && n < MOST_TYPES)
				out[n++] = *types;
		}
	}
	return n;
}

static uint64_t
count_events(struct crm_score_job *j, const struct crm_type *const *types,
    size_t n)
{
	struct crm_info *info = crm_alloc(sizeof(*info));
	uint64_t sum = 0;
	if (crm_store_info(j->feed.store, info, NULL) == CRM_OK) {
		for (size_t i = 0; i < CRM_LEN(info->counts); i++)
			sum += n ? 0 : info->counts[i];
		for (size_t i = 0; i < n; i++)
			sum += types[i]->no < CRM_LEN(info->counts) ?
			    info->counts[types[i]->no] : 0;
	}
	free(info);
	return sum;
}

bool
crm_score_events_start(struct crm_score_events *s, struct crm_score_job *j,
    const struct crm_rules *r)
{
	const struct crm_rec *rec;
	uint64_t read = j->cli->count.read;
	bool good = crm_feed_start(&j->feed, r->type, r->ntypes);
	for (uint64_t i = 0; good && i < s->from; i++)
		good = crm_feed_next(&j->feed, &rec);
	j->cli->count.read = read;
	return good;
}

bool
crm_score_events_begin(struct crm_score_events *s, struct crm_score_job *j,
    const struct crm_rules *r, bool *worth)
{
	enum { FAR = 8 };	/* a walk costs as much as so many events read */
	const struct crm_type *types[MOST_TYPES];
	const struct crm_rec *rec;
	uint64_t read = j->cli->count.read;
	s->n = 0;
	if (!crm_score_events_start(s, j, r))
		return false;
	while ((s->from == 0 || s->ids.n < CRM_SCORE_CHUNK) &&
	    crm_feed_next(&j->feed, &rec)) {
		s->total += s->from == 0;
		if (s->ids.n == CRM_SCORE_CHUNK)
			continue;
		struct crm_map_entry *e = crm_map_put(&s->ids, crm_rec_id(rec),
		    NULL);
		e->v.u = s->ids.n - 1;
	}
	j->cli->count.read = read;
	*worth = count_events(j, types, event_types(j, r, types)) / FAR <
	    s->total;
	return !j->cli->failed;
}

static void
put(struct crm_score_events *s, size_t who, uint32_t rule, int64_t at)
{
	crm_grow(&s->event, &s->cap, s->n + 1, sizeof(*s->event));
	s->event[s->n] = (struct crm_score_event){ at, s->head[who], rule };
	s->head[who] = (uint32_t)++s->n;
}

/* An event counts once for each record that it names. */
static void
see(struct crm_score_events *s, struct crm_score_job *j,
    const struct crm_rules *r, const struct crm_rec *e, uint32_t *rule,
    struct crm_keyset *refs)
{
	int64_t at;
	size_t n = 0;
	if (!crm_score_event_time(e, &at) || s->n >= UINT32_MAX - r->nrules - 1)
		return;
	for (size_t i = 0; i < r->nrules; i++)
		if (crm_rule_counts(&r->rule[i], e, at, j->now, j->feed.env))
			rule[n++] = (uint32_t)i;
	if (j->backtest && at > j->now && at - j->now <= j->horizon &&
	    e->type && crm_str_is(e->type->name, "purchase"))
		rule[n++] = CRM_SCORE_HIT;
	if (n == 0)
		return;
	crm_record_keys(e, 1u << CRM_KEY_REF, CRM_STR(""), refs);
	for (size_t i = 0; i < refs->n; i++) {
		const struct crm_map_entry *who = crm_map_get(&s->ids,
		    refs->k[i].term);
		bool again = false;
		for (size_t k = 0; k < i && !again; k++)
			again = crm_str_eq(refs->k[k].term, refs->k[i].term);
		for (size_t k = 0; k < n && who && !again; k++)
			put(s, (size_t)who->v.u, rule[k], at);
	}
}

bool
crm_score_events_read(struct crm_score_events *s, struct crm_score_job *j,
    const struct crm_rules *r)
{
	const struct crm_type *types[MOST_TYPES];
	const struct crm_rec *e;
	struct crm_keyset refs = { 0 };
	struct crm_query *where = j->feed.where;
	const struct crm_type *type = j->feed.type;
	uint64_t read = j->cli->count.read;
	size_t ntypes = event_types(j, r, types);
	uint32_t *rule = crm_calloc(r->nrules + 1, sizeof(*rule));
	free(s->head);
	s->head = crm_calloc(s->ids.n + 1, sizeof(*s->head));
	j->feed.where = NULL;	/* they are about what is scored */
	j->feed.type = NULL;
	bool good = crm_feed_start(&j->feed, types, ntypes);
	while (good && crm_feed_next(&j->feed, &e))
		see(s, j, r, e, rule, &refs);
	j->feed.where = where;
	j->feed.type = type;
	j->cli->count.read = read;
	crm_keyset_release(&refs);
	crm_map_release(&s->ids);
	free(rule);
	return good && !j->cli->failed;
}

bool
crm_score_events_add(const struct crm_score_events *s, size_t no,
    struct crm_tally *t, const struct crm_rules *r, int64_t now)
{
	bool hit = false;
	for (uint32_t i = s->head[no]; i > 0; i = s->event[i - 1].next) {
		const struct crm_score_event *e = &s->event[i - 1];
		if (e->rule == CRM_SCORE_HIT)
			hit = true;
		else
			crm_tally_count(t, r, e->rule, e->at, now);
	}
	return hit;
}

void
crm_score_events_release(struct crm_score_events *s)
{
	crm_map_release(&s->ids);
	free(s->head);
	free(s->event);
	*s = (struct crm_score_events){ 0 };
}
