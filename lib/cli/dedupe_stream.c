/* The search spread over machines, as Hadoop Streaming has it: --emit-keys
 * prints KEY, a tab and the record for each of its keys; sort(1) brings what
 * shares a key together, --grouped compares it. Every pair is judged under the
 * first key its records share, so it comes once, wherever the lines were cut. */
#include "cli/dedupe.h"
#include "format/json.h"

enum { BATCH = 4000, WINDOW = 50 };

bool
crm_dedupe_emit(struct crm_dedupe *d, struct crm_dedupe_set *s,
    struct crm_str line)
{
	uint64_t key[CRM_MATCH_STREAM_KEYS];
	size_t n = crm_dedupe_keys(d, s, line, key);
	d->found |= n > 0;
	for (size_t i = 0; i < n && !d->cli->quiet; i++) {
		crm_buf_clear(&d->buf);
		crm_buf_printf(&d->buf, "%016" PRIx64 "\t", key[i]);
		crm_buf_str(&d->buf, line);
		crm_buf_c(&d->buf, '\n');
		if (!crm_out_text(d->out, crm_buf_view(&d->buf)))
			return false;
	}
	return true;
}

struct grouped_line {
	uint64_t group;
	struct crm_str json;
	struct crm_dedupe_set *set;
	uint64_t key[CRM_MATCH_STREAM_KEYS];
	size_t nkeys;
	uint32_t at;	/* its number in the set's matcher, in order of adding */
	bool carried;	/* compared with those before it already */
};

struct grouped {
	struct crm_dedupe *d;
	struct crm_input in;
	struct crm_arena mem;
	struct grouped_line line[BATCH];
	size_t n;
};

/* True if the group's key is the first that two lines share. */
static bool
first_met(const struct grouped_line *a, const struct grouped_line *b)
{
	size_t i = 0, j = 0;
	while (i < a->nkeys && j < b->nkeys) {
		if (a->key[i] == b->key[j])
			return a->key[i] == a->group;
		if (a->key[i] < b->key[j])
			i++;
		else
			j++;
	}
	return false;
}

static bool
judge(struct grouped *g, const struct crm_match *m, uint32_t a, uint32_t b)
{
	struct crm_dedupe *d = g->d;
	double review = crm_dedupe_review(d->o);
	double match = crm_dedupe_match(d->o);
	struct crm_match_why why[24];
	double prior, p;
	if (crm_match_is_older(m, b, a)) {
		uint32_t t = a;
		a = b;
		b = t;
	}
	crm_match_explain(m, a, b, why, &prior, &p);
	if (p < (review < match ? review : match) ||
	    crm_str_eq(crm_match_id(m, a), crm_match_id(m, b)))
		return true;
	d->found = true;
	return d->cli->quiet || crm_dedupe_pair(d, m, a, b, p);
}

/* The pairs of a set's lines. */
static bool
flush_set(struct grouped *g, struct crm_dedupe_set *s)
{
	struct crm_dedupe *d = g->d;
	struct crm_match *m = NULL;
	struct crm_err err = { 0 };
	uint32_t count = 0, *at = NULL;
	bool more = true;
	const struct crm_dedupe_plan *p = crm_dedupe_plan_of(d, s);
	enum crm_status st = crm_dedupe_matcher(d, p, &m, &err);
	for (size_t i = 0; i < g->n && st == CRM_OK; i++)
		if (g->line[i].set == s) {
			g->line[i].at = count++;
			crm_dedupe_add(d, m, p, g->line[i].json, CRM_STR("-"),
			    CRM_STR(""));
		}
	if (st == CRM_OK)
		st = crm_match_ready(m, &err);
	if (st) {
		crm_cli_fail(d->cli, &err);
		crm_match_free(m);
		return false;
	}
	at = crm_reallocarray(NULL, count + 1, sizeof(*at));
	for (uint32_t r = 0; r < count; r++)
		at[crm_match_input(m, r)] = r;
	for (size_t i = 0; i < g->n && more; i++) {
		const struct grouped_line *x = &g->line[i], *y;
		size_t k = i > WINDOW ? i - WINDOW : 0;
		for (; k < i && more && x->set == s && !x->carried; k++) {
			y = &g->line[k];
			if (y->set == s && y->group == x->group &&
			    first_met(y, x))
				more = judge(g, m, at[y->at], at[x->at]);
		}
	}
	free(at);
	crm_match_free(m);
	return more;
}

/* Judges what was read; the last lines stay for those of their group that
 * follow. */
static bool
flush(struct grouped *g, bool end)
{
	bool more = true;
	for (size_t i = 0; i < g->d->nsets && more; i++)
		if (g->d->set[i].m)
			more = flush_set(g, &g->d->set[i]);
	size_t keep = end ? 0 : g->n < WINDOW ? g->n : WINDOW, from = g->n - keep;
	struct crm_arena old = g->mem;
	g->mem = (struct crm_arena){ 0 };
	for (size_t i = 0; i < keep; i++) {
		g->line[i] = g->line[from + i];
		g->line[i].json = crm_arena_str(&g->mem, g->line[i].json);
		g->line[i].carried = true;
	}
	g->n = keep;
	crm_arena_release(&old);
	return more;
}

/* "KEY<tab>{...}" into its parts; keys ascend. */
static enum crm_status
split(struct grouped *g, struct crm_str line, uint64_t *key,
    struct crm_str *json, struct crm_err *err)
{
	size_t tab = crm_str_chr(line, '\t');
	*key = 0;
	for (size_t i = 0; i < tab && tab == 16; i++) {
		char c = line.p[i];
		bool digit = c >= '0' && c <= '9';
		if (!digit && !(c >= 'a' && c <= 'f'))
			tab = 0;
		*key = *key << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
	}
	if (tab != 16 || tab == line.n)
		return crm_err_set(err, CRM_INVALID, "match.key",
		    _("not a line of --emit-keys"));
	*json = crm_str_sub(line, tab + 1, line.n);
	if (g->n && g->line[g->n - 1].group > *key)
		return crm_err_set(err, CRM_INVALID, "match.unsorted",
		    _("not sorted by key: run it through LC_ALL=C sort"));
	return CRM_OK;
}

bool
crm_dedupe_grouped(struct crm_dedupe *d)
{
	struct grouped *g = crm_calloc(1, sizeof(*g));
	struct crm_json_obj o = { 0 };
	struct crm_json_limits lim = { .line = d->cli->max_line,
		.members = (size_t)d->cli->max_members,
		.depth = (unsigned)d->cli->max_depth };
	struct crm_err err = { 0 };
	struct crm_str line, json;
	uint64_t key;
	bool more = true;
	g->d = d;
	crm_input_init(&g->in, d->cli, d->cli->args, d->cli->nargs);
	while (more && crm_input_next(&g->in, &line)) {
		enum crm_status st = split(g, line, &key, &json, &err);
		if (st == CRM_OK)
			st = crm_json_scan(json, &lim, &o, &err);
		if (st) {
			more = crm_input_reject(&g->in, &err);
			continue;
		}
		struct grouped_line *x = &g->line[g->n];
		json = crm_arena_str(&g->mem, json);
		if (d->nearly == 0)
			d->early[d->nearly++] = json;
		if (!crm_dedupe_place(d, json, &x->set)) {
			more = false;
			break;
		}
		if (x->set == NULL || x->set->m == NULL)
			continue;
		x->group = key;
		x->json = json;
		x->carried = false;
		x->nkeys = crm_dedupe_keys(d, x->set, json, x->key);
		if (++g->n == BATCH)
			more = flush(g, false);
	}
	if (more)
		more = flush(g, true);
	crm_input_release(&g->in);
	crm_json_obj_release(&o);
	crm_arena_release(&g->mem);
	free(g);
	return more;
}
