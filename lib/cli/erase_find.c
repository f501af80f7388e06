/* What belongs to a person: everything that is read more than once is found by
 * reading every text of the store, for indexes know the present alone. */
#include "cli/erase_impl.h"

static struct crm_str
no_key(const uint64_t *no)
{
	return (struct crm_str){ (const char *)no, sizeof(*no) };
}

bool
crm_erase_has_no(const struct crm_map *m, uint64_t no)
{
	return crm_map_get(m, no_key(&no)) != NULL;
}

void
crm_erase_files(struct crm_map *files, struct crm_str attachments)
{
	struct crm_json_iter it = crm_json_iter(attachments);
	struct crm_str key, one, hash;
	if (crm_json_kind(attachments) != '[')
		return;
	while (crm_json_next(&it, &key, &one))
		if (crm_json_get(one, CRM_STR("sha256"), &hash) &&
		    hash.n == 66)
			crm_map_put(files, crm_json_inner(hash), NULL)->v.u = 1;
}

static void
add_record(struct crm_erase_job *j, uint64_t no)
{
	crm_map_put(&j->nos, no_key(&no), NULL)->v.u = no;
}

static void
add_key(struct crm_erase_job *j, char kind, const struct crm_field *f,
    struct crm_str term)
{
	bool fresh;
	crm_buf_clear(&j->tmp);
	crm_buf_c(&j->tmp, kind);
	crm_buf_str(&j->tmp, term);
	crm_map_put(&j->seen, crm_buf_view(&j->tmp), &fresh);
	if (!kind || !fresh)
		return;
	crm_grow(&j->key, &j->capkey, j->nkey + 1, sizeof(*j->key));
	j->key[j->nkey++] = (struct crm_erase_key){ kind, f,
		crm_arena_str(&j->mem, term) };
}

/* Addresses of all times: an import may bring an old one. */
static void
add_keys(struct crm_erase_job *j, const struct crm_rec *r)
{
	if (!crm_suppress_person(r->type))
		return;
	add_key(j, 'i', NULL, crm_rec_id(r));
	j->keys.n = 0;
	crm_record_keys(r, 1u << CRM_KEY_UNIQUE | 1u << CRM_KEY_LOOKUP,
	    crm_buf_view(&j->s->ses.region), &j->keys);
	for (size_t i = 0; i < j->keys.n; i++)
		add_key(j, crm_suppress_kind(j->keys.k[i].field),
		    j->keys.k[i].field, j->keys.k[i].term);
}

/* Does a field say that the record is part of what goes? */
static bool
is_part(const struct crm_erase_job *j, const struct crm_rec *r)
{
	struct crm_str val;
	for (size_t i = 0; r->type && i < r->type->nfields; i++) {
		const struct crm_field *f = &r->type->fields[i];
		if ((f->flags & CRM_F_PART) &&
		    crm_rec_get(r, f->name, &val) && crm_idset_in(&j->ids, val))
			return true;
	}
	return false;
}

static bool
look(void *ctx, const struct crm_text *x)
{
	struct crm_erase_job *j = ctx;
	const struct crm_rec *r = x->rec;
	struct crm_str val;
	bool own = x->under == 0;
	if (crm_erase_has_no(&j->nos, r->no)) {
		crm_idset_add(&j->ids, crm_rec_id(r));
		if (r->type && crm_suppress_person(r->type))
			crm_erase_words_of(&j->words, r);
		if (r->type)
			add_keys(j, r);
		if (crm_rec_get(r, CRM_STR("attachments"), &val))
			crm_erase_files(&j->files, val);
		return true;
	}
	if (own && r->state == CRM_MERGED &&
	    crm_erase_has_no(&j->nos, r->into)) {
		add_record(j, r->no);
		return true;
	}
	if (!crm_idset_in(&j->ids, r->line))
		return true;
	if (own && (is_part(j, r) || (j->e->cascade &&
	    r->state == CRM_LIVE)))
		add_record(j, r->no);
	else if (own)
		crm_map_put(&j->linked, no_key(&r->no), NULL)->v.u = 1;
	return true;
}

/* Again and again while more is found: the last round knows all of it. */
enum crm_status
crm_erase_find(struct crm_erase_job *j, uint64_t no, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	size_t had, ids;
	add_record(j, no);
	do {
		had = j->nos.n;
		ids = j->ids.map.n;
		crm_map_clear(&j->linked);
		st = crm_txn_texts(j->s->t, look, j, err);
	} while (!st && (j->nos.n != had || j->ids.map.n != ids));
	return st;
}
