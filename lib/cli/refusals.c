#include "cli/refusals.h"

#include "base/mem.h"
#include "format/json.h"

void
crm_refusals_name(struct crm_str a, struct crm_str b, struct crm_buf *out)
{
	bool turn = crm_str_cmp(a, b) > 0;
	crm_buf_z(out, "refusal.");
	crm_buf_str(out, turn ? b : a);
	crm_buf_c(out, ' ');
	crm_buf_str(out, turn ? a : b);
}

void
crm_refusals_add(struct crm_refusals *r, struct crm_str a, struct crm_str b)
{
	struct crm_buf name = { 0 };
	bool fresh;
	crm_refusals_name(a, b, &name);
	crm_map_put(&r->names, crm_buf_view(&name), &fresh)->v.u = 0;
	crm_buf_release(&name);
	if (!fresh || crm_str_eq(a, b))
		return;
	crm_grow(&r->pair, &r->cap, r->n + 1, sizeof(*r->pair));
	r->pair[r->n++] = (struct crm_refusals_pair){
		crm_arena_str(&r->mem, a), crm_arena_str(&r->mem, b) };
}

bool
crm_refusals_has(const struct crm_refusals *r, struct crm_str a,
    struct crm_str b)
{
	struct crm_buf name = { 0 };
	if (r->n == 0)
		return false;
	crm_refusals_name(a, b, &name);
	const struct crm_map_entry *e = crm_map_get(&r->names,
	    crm_buf_view(&name));
	crm_buf_release(&name);
	return e && !e->v.u;
}

void
crm_refusals_drop(struct crm_refusals *r, struct crm_str a, struct crm_str b)
{
	struct crm_buf name = { 0 };
	crm_refusals_name(a, b, &name);
	struct crm_map_entry *e = crm_map_get(&r->names, crm_buf_view(&name));
	if (e)
		e->v.u = 1;
	crm_buf_release(&name);
}

/* By pairs of what was ruled or of those asked about, whichever are fewer. */
bool
crm_refusals_among(const struct crm_refusals *r, const struct crm_map *ids,
    struct crm_str *a, struct crm_str *b)
{
	bool few = ids->n < r->n && ids->n * ids->n < r->n;
	for (size_t i = 0; i < r->n && !few; i++) {
		const struct crm_map_entry *x = crm_map_get(ids, r->pair[i].a);
		const struct crm_map_entry *y = crm_map_get(ids, r->pair[i].b);
		if (x && y && crm_refusals_has(r, x->key, y->key)) {
			*a = x < y ? x->key : y->key;
			*b = x < y ? y->key : x->key;
			return true;
		}
	}
	for (size_t i = 0; i < ids->n && few; i++)
		for (size_t j = i + 1; j < ids->n; j++) {
			*a = ids->e[i].key;
			*b = ids->e[j].key;
			if (crm_refusals_has(r, *a, *b))
				return true;
		}
	return false;
}

void
crm_refusals_follow(struct crm_refusals *r, struct crm_str loser,
    struct crm_str keep)
{
	for (size_t i = 0, n = r->n; i < n; i++) {
		struct crm_refusals_pair p = r->pair[i];
		if (!crm_refusals_has(r, p.a, p.b))
			continue;
		if (crm_str_eq(p.a, loser))
			crm_refusals_add(r, keep, p.b);
		else if (crm_str_eq(p.b, loser))
			crm_refusals_add(r, p.a, keep);
	}
}

static void
take(void *ctx, struct crm_str name, struct crm_str value)
{
	struct crm_refusals *r = ctx;
	struct crm_str ids = crm_str_sub(name, strlen("refusal."), SIZE_MAX);
	size_t blank = crm_str_chr(ids, ' ');
	(void)value;
	crm_refusals_add(r, crm_str_sub(ids, 0, blank),
	    crm_str_sub(ids, blank + 1, SIZE_MAX));
}

/* Ids as they lead now, beside those that were said. */
enum crm_status
crm_refusals_load(struct crm_refusals *r, struct crm_store *s,
    struct crm_err *err)
{
	struct crm_batch *b = crm_batch_new();
	enum crm_status st = crm_store_names(s, CRM_STR("refusal."), take, r,
	    err);
	for (size_t i = 0, n = r->n; i < n && !st; i++) {
		struct crm_key k[2] = {
			{ .by = CRM_BY_ID, .value = r->pair[i].a },
			{ .by = CRM_BY_ID, .value = r->pair[i].b } };
		st = crm_store_get(s, UINT64_MAX, k, 2, b, NULL, err);
		const struct crm_rec *x = st ? NULL : crm_batch_row(b, 0);
		const struct crm_rec *y = st ? NULL : crm_batch_row(b, 1);
		if (!st && x->line.n && y->line.n)
			crm_refusals_add(r, crm_rec_id(x), crm_rec_id(y));
	}
	crm_batch_free(b);
	return st;
}

void
crm_refusals_release(struct crm_refusals *r)
{
	crm_map_release(&r->names);
	free(r->pair);
	crm_arena_release(&r->mem);
}
