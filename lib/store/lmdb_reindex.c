/* A new schema may index, or make unique, what records hold already: their
 * keys move in the same transaction. */
#include "store/lmdb_txn.h"

enum { KEY_FLAGS = CRM_F_UNIQUE | CRM_F_KEY | CRM_F_INDEX };

static const struct crm_field *
field_no(const struct crm_type *t, unsigned no)
{
	for (size_t i = 0; t && i < t->nfields; i++)
		if (t->fields[i].no == no)
			return &t->fields[i];
	return NULL;
}

/* Would records of the type have other keys, or other words? */
static void
differ(const struct crm_type *old, const struct crm_type *new, bool *keys,
    bool *words)
{
	*keys = *words = false;
	for (size_t i = 0; i < new->nfields; i++) {
		const struct crm_field *f = &new->fields[i];
		const struct crm_field *o = field_no(old, f->no);
		bool had = o && ((o->flags & KEY_FLAGS) ||
		    o->kind == CRM_K_REF);
		bool has = (f->flags & KEY_FLAGS) || f->kind == CRM_K_REF;
		if (had != has || (has && (o->kind != f->kind ||
		    (o->flags & KEY_FLAGS) != (f->flags & KEY_FLAGS))))
			*keys = true;
		if ((o ? o->text_weight : 0) != f->text_weight)
			*words = true;
	}
}

struct move {
	struct crm_txn *x;
	const struct crm_type *old, *new;
};

static enum crm_status
move_one(void *ctx, struct crm_rec *r, struct crm_err *err)
{
	const struct move *m = ctx;
	struct crm_txn *x = m->x;
	struct crm_store *s = x->s;
	struct crm_result res = { 0 };
	s->keys_old.n = 0;
	r->type = m->old;
	if (m->old)
		crm_record_keys(r, CRM_DB_ALL_KEYS, crm_str_z(s->region),
		    &s->keys_old);
	r->type = m->new;
	crm_record_keys(r, CRM_DB_ALL_KEYS, crm_str_z(s->region), &s->keys);
	enum crm_status st = crm_db_check_unique(x, &s->keys, r->no, &res,
	    err);
	if (!st && res.status)
		st = crm_err_set(err, CRM_INVALID, "schema.unique",
		    _("'%.*s' cannot be unique: records share a value, one "
		    "is %.*s"), CRM_FMT(res.field->name),
		    CRM_FMT(crm_rec_id(r)));
	return st ? st : crm_db_move_keys(x, &s->keys_old, &s->keys, r->no,
	    err);
}

enum crm_status
crm_db_reindex(struct crm_txn *x, const struct crm_schema *old,
    struct crm_err *err)
{
	struct crm_store *s = x->s;
	enum crm_status st = crm_db_meta_load(s, x->t, err);
	bool reword = false;
	for (size_t i = 0; i < s->schema->ntypes && !st; i++) {
		const struct crm_type *new = &s->schema->types[i];
		const struct crm_type *was = crm_schema_type_no(old, new->no);
		bool keys, words;
		if (new->no >= CRM_TYPES || x->counts.next[new->no] == 0)
			continue;
		differ(was, new, &keys, &words);
		reword = reword || words;
		if (keys)
			st = crm_db_each_live(x, new, move_one,
			    &(struct move){ x, was, new }, err);
	}
	/* 0: the text index is made anew when it is next brought up. */
	return st || !reword ? st : crm_db_meta_put_u64(s, x->t, "itext", 0,
	    err);
}
