/* Whose record is it: decides with which keys a sealed file is written. */
#include "store/git_sync.h"

#include "format/json.h"

/* Contacts and leads, and a store's own types made like them. */
bool
crm_git_is_person(const struct crm_type *t)
{
	for (size_t i = 0; t && i < t->nfields; i++)
		if (crm_str_is(t->fields[i].name, "family_name"))
			return true;
	return false;
}

struct find {
	struct crm_store *s;
	struct crm_batch *tmp;
	uint64_t rev;
	uint64_t *who;
	size_t n;
	bool many;
};

static enum crm_status
look(struct find *f, struct crm_str id, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_OLD_ID, .value = id };
	enum crm_status st = crm_store_get(f->s, UINT64_MAX, &k, 1, f->tmp,
	    NULL, err);
	if (st)
		return st;
	const struct crm_rec *r = crm_batch_row(f->tmp, 0);
	if (!r->line.n || !crm_git_is_person(r->type))
		return CRM_OK;
	for (size_t i = 0; i < f->n; i++)
		if (f->who[i] == r->no)
			return CRM_OK;
	if (f->n == CRM_GIT_SUBJECTS)
		f->many = true;
	else
		f->who[f->n++] = r->no;
	return CRM_OK;
}

/* Every string in the value of a reference field. */
static enum crm_status
walk(struct find *f, struct crm_str val, int depth, struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, v;
	enum crm_status st = CRM_OK;
	if (crm_json_is_string(val))
		return look(f, crm_json_inner(val), err);
	while (!st && !f->many && depth < 8 && crm_json_next(&it, &key, &v))
		st = walk(f, v, depth + 1, err);
	return st;
}

enum crm_status
crm_git_persons(struct crm_store *s, const struct crm_rec *r,
    struct crm_batch *tmp, uint64_t who[CRM_GIT_SUBJECTS], size_t *n,
    struct crm_err *err)
{
	struct find f = { .s = s, .tmp = tmp, .who = who };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; r->type && i < r->type->nfields && !st; i++) {
		const struct crm_field *fd = &r->type->fields[i];
		struct crm_str val;
		if (fd->kind == CRM_K_REF && crm_rec_get(r, fd->name, &val))
			st = walk(&f, val, 0, err);
	}
	/* A list of very many names ids alone; the store's key will do. */
	*n = f.many ? 0 : f.n;
	return st;
}
