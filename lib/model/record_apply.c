/* Records changed: some members replaced, nulls dropped. */
#include "model/record_arrange.h"

void
crm_record_release(struct crm_record *r)
{
	crm_buf_release(&r->line);
	crm_buf_release(&r->offs);
	crm_buf_release(&r->tool);
	*r = (struct crm_record){ 0 };
}

void
crm_change_put(struct crm_change_set *c, struct crm_str key,
    struct crm_str raw)
{
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&c->set, key, &fresh);
	if (fresh) {
		crm_grow(&c->val, &c->capval, c->nval + 1, sizeof(*c->val));
		e->v.u = c->nval++;
	}
	c->val[e->v.u] = crm_arena_str(&c->mem, raw);
}

void
crm_change_clear(struct crm_change_set *c)
{
	crm_map_clear(&c->set);
	c->nval = 0;
	crm_arena_clear(&c->mem);
}

void
crm_change_release(struct crm_change_set *c)
{
	crm_map_release(&c->set);
	free(c->val);
	crm_arena_release(&c->mem);
	*c = (struct crm_change_set){ 0 };
}

enum crm_status
crm_record_apply(struct crm_reader *rd, const struct crm_rec *old,
    const struct crm_change_set *c, struct crm_record *out,
    struct crm_err *err)
{
	size_t had = old->shape ? old->shape->n : 0, n = 0;
	struct crm_json_member *m = crm_calloc(had + c->set.n, sizeof(*m));
	for (size_t i = 0; i < had; i++) {
		struct crm_str key = old->shape->keys[i];
		const struct crm_map_entry *e = crm_map_get(&c->set, key);
		struct crm_str val = e ? c->val[e->v.u] : crm_rec_val(old, i);
		if (val.n)
			m[n++] = (struct crm_json_member){ key, val, false,
				true };
	}
	for (size_t i = 0; i < c->set.n; i++) {
		struct crm_str key = c->set.e[i].key;
		if (c->val[i].n && (!had || crm_shape_slot(old->shape, key) < 0))
			m[n++] = (struct crm_json_member){ key, c->val[i],
				false, true };
	}
	enum crm_status st = crm_record_arrange(rd, m, n,
	    (struct crm_str){ NULL, 0 }, out, err);
	free(m);
	return st;
}

enum crm_status
crm_record_strip(struct crm_reader *rd, struct crm_record *r,
    struct crm_err *err)
{
	struct crm_str none = { NULL, 0 };
	if (!r->nulls)
		return CRM_OK;
	struct crm_change_set c = { 0 };
	struct crm_buf b = { 0 };
	for (uint32_t i = 0; i < r->rec.shape->n; i++) {
		struct crm_str val = crm_rec_val(&r->rec, i);
		if (crm_json_kind(val) == 'n') {
			crm_change_put(&c, r->rec.shape->keys[i], none);
		} else if (crm_json_kind(val) == '{') {
			crm_buf_clear(&b);
			crm_json_merge(&b, none, val);
			crm_change_put(&c, r->rec.shape->keys[i],
			    crm_buf_view(&b));
		}
	}
	struct crm_record out = { 0 };
	enum crm_status st = crm_record_apply(rd, &r->rec, &c, &out, err);
	if (!st) {
		crm_buf_release(&out.tool);
		out.tool = r->tool;
		out.rev_in = r->rev_in;
		r->tool = (struct crm_buf){ 0 };
		crm_record_release(r);
		*r = out;
		r->nulls = false;
	} else {
		crm_record_release(&out);
	}
	crm_change_release(&c);
	crm_buf_release(&b);
	return st;
}
