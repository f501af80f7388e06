/* Erasing inside the transaction. */
#include "cli/erase_impl.h"

#include "model/ref.h"

enum { MENTIONS = 100 };

static void
count(struct crm_map *m, const struct crm_rec *r)
{
	if (r->type)
		crm_map_put(m, r->type->name, NULL)->v.u++;
}

/* -- texts of others -------------------------------------------------------- */

/* False where nothing changes. */
static bool
note_one(struct crm_erase_job *j, const struct crm_rec *r, uint64_t under,
    bool live)
{
	struct crm_record rec = { 0 };
	if (!crm_erase_text(j, r, live ? j->s->now : CRM_STR(""), &rec, &j->st,
	    j->err))
		return false;
	if (j->st) {
		crm_record_release(&rec);
		return false;
	}
	crm_grow(&j->change, &j->capchange, j->nchange + 1,
	    sizeof(*j->change));
	j->change[j->nchange++] = (struct crm_erase_change){ r->no, under,
		live, j->whose, rec };
	return true;
}

/* What others have, too, is not taken out of a text, nor what companies are
 * called: people have to judge. Of people the name itself does not count: there
 * are namesakes. */
static bool
is_mentioned(struct crm_erase_job *j, const struct crm_rec *r,
    uint32_t *person)
{
	const struct crm_erase_mode held = { .held = true }, sure = { 0 };
	bool somebody = crm_erase_somebody(r->type);
	bool is_person = somebody && crm_suppress_person(r->type);
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str val = crm_rec_val(r, i);
		const struct crm_field *f = r->type ?
		    crm_type_field(r->type, r->shape->keys[i]) : NULL;
		if (is_person && f && f->kind == CRM_K_NAME)
			continue;
		if (crm_erase_words_in(&j->words, val, &held, person) ||
		    (somebody && crm_erase_is_own(f) &&
		    crm_erase_words_in(&j->words, val, &sure, person)))
			return true;
	}
	return false;
}

static void
note_mention(struct crm_erase_job *j, const struct crm_rec *r)
{
	uint32_t person;
	if (!is_mentioned(j, r, &person))
		return;
	struct crm_erase_person *p = &j->person[person];
	if (p->nmentions++ >= MENTIONS)
		return;
	if (!p->mentions.n)
		crm_buf_c(&p->mentions, '[');
	crm_json_comma(&p->mentions);
	crm_json_quote(&p->mentions, crm_rec_id(r));
}

/* Notes what the text becomes; nothing is written while the store is read. A
 * change of now leaves an image of the old text behind, which is next. */
static bool
note_change(void *ctx, const struct crm_text *x)
{
	static const struct crm_erase_mode sure;
	struct crm_erase_job *j = ctx;
	const struct crm_rec *r = x->rec;
	bool live = x->under == 0 && r->state == CRM_LIVE;
	if (crm_erase_has_no(&j->nos, r->no))
		return true;
	if ((crm_erase_here(j, r) || crm_erase_words_in(&j->words, r->line,
	    &sure, NULL)) && note_one(j, r, x->under, live) && live)
		note_one(j, r, crm_txn_rev(j->s->t), false);
	if (live && !j->st)
		note_mention(j, r);
	return !j->st;
}

static enum crm_status
change_live(struct crm_erase_job *j, struct crm_erase_change *c,
    struct crm_err *err)
{
	struct crm_op op = { .kind = CRM_OP_REPLACE, .no = c->no,
		.rec = &c->rec.rec };
	enum crm_status st = crm_sink_become(j->s, NULL, &op, err);
	if (!st)
		count(&j->person[c->person].cleared, &c->rec.rec);
	return st;
}

static enum crm_status
change_texts(struct crm_erase_job *j, struct crm_err *err)
{
	j->err = err;
	enum crm_status st = crm_txn_texts(j->s->t, note_change, j, err);
	st = st ? st : j->st;
	for (size_t i = 0; i < j->nchange && !st; i++) {
		struct crm_erase_change *c = &j->change[i];
		if (c->live) {
			st = change_live(j, c, err);
			continue;
		}
		j->person[c->person].images += c->under !=
		    crm_txn_rev(j->s->t);
		st = crm_txn_retext(j->s->t, c->no, c->under, &c->rec.rec,
		    err);
	}
	return st;
}

/* Does it name somebody for sure? */
static bool
is_named(void *ctx, struct crm_str text)
{
	static const struct crm_erase_mode sure;
	struct crm_erase_job *j = ctx;
	crm_buf_clear(&j->tmp);
	crm_json_escape(&j->tmp, text);
	return crm_erase_words_in(&j->words, crm_buf_view(&j->tmp), &sure,
	    NULL);
}

/* -- records ---------------------------------------------------------------- */

static enum crm_status
erase_record(struct crm_erase_job *j, uint64_t no, uint32_t person,
    struct crm_err *err)
{
	struct crm_sink *s = j->s;
	struct crm_batch *b = crm_batch_new();
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	struct crm_buf line = { 0 };
	enum crm_status st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(b, 0);
	if (!st)
		st = crm_txn_erase(s->t, &no, 1, err);
	if (st)
		goto done;
	count(&j->person[person].types, r);
	crm_buf_c(&line, '{');
	crm_json_add_str(&line, "id", crm_rec_id(r));
	if (r->type)
		crm_json_add_str(&line, "type", r->type->name);
	crm_json_add_u64(&line, "rev", crm_txn_rev(s->t));
	crm_json_add_raw(&line, "_deleted", CRM_STR("true"));
	crm_buf_c(&line, '}');
	crm_hooks_note(&s->hooks, crm_buf_view(&line), "erase");
	s->cli->count.deleted++;
	st = crm_sink_echo(s, crm_buf_view(&line), NULL, err);
done:
	crm_buf_release(&line);
	crm_batch_free(b);
	return st;
}

static enum crm_status
holds_key(struct crm_erase_job *j, const struct crm_type *t,
    const struct crm_erase_key *key, struct crm_batch *b, bool *held,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < t->nfields && !*held && !st; i++) {
		const struct crm_field *f = &t->fields[i];
		struct crm_key k = { .by = CRM_BY_FIELD, .type = t, .field = f,
			.value = key->term };
		if (f->kind != key->field->kind ||
		    !(f->flags & (CRM_F_KEY | CRM_F_UNIQUE)))
			continue;
		st = crm_txn_get(j->s->t, &k, 1, b, NULL, err);
		*held = !st && crm_batch_len(b) && crm_batch_row(b, 0)->line.n;
	}
	return st;
}

/* A number that a colleague or the company has, too, shuts nobody out. */
static enum crm_status
is_held(struct crm_erase_job *j, const struct crm_erase_key *key, bool *held,
    struct crm_err *err)
{
	const struct crm_schema *sch = j->s->ses.schema;
	struct crm_batch *b = crm_batch_new();
	enum crm_status st = CRM_OK;
	*held = false;
	for (size_t i = 0; i < sch->ntypes && !*held && !st; i++)
		st = holds_key(j, &sch->types[i], key, b, held, err);
	crm_batch_free(b);
	return st;
}

static enum crm_status
suppress(struct crm_erase_job *j, struct crm_err *err)
{
	struct crm_str day = crm_str_sub(j->s->now, 0, 10);
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < j->nkey && !st; i++) {
		const struct crm_erase_key *k = &j->key[i];
		bool held = false;
		if (k->kind == 'e' || k->kind == 'p')
			st = is_held(j, k, &held, err);
		if (!st && !held)
			st = crm_suppress_add(&j->s->suppress, j->s->t,
			    k->kind, k->term, day, err);
	}
	return st;
}

/* -- what is left to do ----------------------------------------------------- */

static void
add_counts(struct crm_buf *b, const char *key, const struct crm_map *m)
{
	struct crm_buf name = { 0 };
	crm_json_key(b, key);
	crm_buf_c(b, '{');
	for (size_t i = 0; i < m->n; i++) {
		crm_buf_clear(&name);
		crm_buf_str(&name, m->e[i].key);
		crm_json_add_u64(b, crm_buf_cstr(&name), m->e[i].v.u);
	}
	crm_buf_c(b, '}');
	crm_buf_release(&name);
}

/* The lines of everybody's parts. */
static void
list_parts(struct crm_erase_job *j)
{
	for (size_t i = 0; i < j->ids.map.n; i++) {
		const struct crm_map_entry *e = &j->ids.map.e[i];
		struct crm_erase_person *p = &j->person[e->v.u];
		if (crm_str_eq(e->key, p->id))
			continue;
		crm_buf_c(&p->parts, '{');
		crm_json_add_str(&p->parts, "id", e->key);
		crm_json_add_str(&p->parts, "part", p->id);
		crm_buf_z(&p->parts, "}\n");
	}
}

/* The receipt as it is known so far, in the same transaction. */
static enum crm_status
note_todo(struct crm_sink *s, struct crm_erase_person *p, struct crm_err *err)
{
	struct crm_buf b = { 0 }, name = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "id", p->id);
	crm_json_add_str(&b, "type", p->type);
	crm_json_add_str(&b, "at", s->now);
	crm_json_add_str(&b, "by", s->actor);
	add_counts(&b, "erased", &p->types);
	add_counts(&b, "cleared", &p->cleared);
	crm_json_add_u64(&b, "images", p->images);
	crm_json_add_u64(&b, "attachments", p->files);
	if (p->nmentions) {
		crm_buf_c(&p->mentions, ']');
		crm_json_add_raw(&b, "mentioned", crm_buf_view(&p->mentions));
	}
	crm_buf_z(&b, "}\n");
	crm_buf_str(&b, crm_buf_view(&p->parts));
	crm_buf_printf(&name, CRM_ERASE_TODO "%016" PRIx64 ".%.*s",
	    crm_txn_rev(s->t), CRM_FMT(p->id));
	enum crm_status st = crm_txn_set(s->t, crm_buf_view(&name),
	    crm_buf_view(&b), err);
	crm_buf_release(&b);
	crm_buf_release(&name);
	return st;
}

static void
release(struct crm_erase_job *j)
{
	struct crm_map *maps[] = { &j->nos, &j->linked, &j->files, &j->here,
		&j->seen };
	for (size_t i = 0; i < CRM_LEN(maps); i++)
		crm_map_release(maps[i]);
	for (size_t i = 0; i < j->nperson; i++) {
		crm_map_release(&j->person[i].types);
		crm_map_release(&j->person[i].cleared);
		crm_buf_release(&j->person[i].mentions);
		crm_buf_release(&j->person[i].parts);
	}
	free(j->person);
	free(j->link);
	crm_idset_release(&j->ids);
	for (size_t i = 0; i < j->nchange; i++)
		crm_record_release(&j->change[i].rec);
	free(j->change);
	free(j->key);
	crm_erase_words_release(&j->words);
	crm_keyset_release(&j->keys);
	crm_reader_release(&j->reader);
	crm_arena_release(&j->mem);
	crm_buf_release(&j->tmp);
	free(j);
}

/* All people of the job, in one go through the store for each step. */
static enum crm_status
erase(struct crm_erase_job *j, struct crm_err *err)
{
	struct crm_txn *t = j->s->t;
	enum crm_status st = crm_erase_find(j, err);
	if (!st)
		st = change_texts(j, err);
	for (size_t i = j->nos.n; i-- > 0 && !st;) {
		uint64_t no;
		memcpy(&no, j->nos.e[i].key.p, sizeof(no));
		st = erase_record(j, no, (uint32_t)j->nos.e[i].v.u, err);
	}
	if (!st)
		st = crm_txn_hush(t, is_named, j, err);
	if (!st)
		st = suppress(j, err);
	for (size_t i = 0; i < j->files.n; i++)
		j->person[j->files.e[i].v.u].files++;
	list_parts(j);
	for (size_t i = 0; i < j->nperson && !st; i++)
		st = note_todo(j->s, &j->person[i], err);
	return st;
}

/* -- by reference ----------------------------------------------------------- */

static bool
was_erased(struct crm_sink *s, struct crm_str text)
{
	const struct crm_type *t = crm_schema_type(s->ses.schema,
	    CRM_STR("contact"));
	const struct crm_field *f = NULL;
	struct crm_buf value = { 0 };
	struct crm_str since, term = text;
	struct crm_key k;
	struct crm_ref ref;
	char kind = 'i';
	crm_ref_parse(s->ses.schema, text, &ref);
	if (ref.by_key && t && crm_ref_key(&ref, t,
	    crm_buf_view(&s->ses.region), &k.field, &value)) {
		f = k.field;
		kind = crm_suppress_kind(f);
		term = crm_buf_view(&value);
	}
	bool known = crm_suppress_knows(&s->suppress, kind, term, &since);
	crm_buf_release(&value);
	return known;
}

/* Finds the record of one item. */
static enum crm_status
take(struct crm_erase_job *j, const struct crm_item *item,
    struct crm_err *err)
{
	struct crm_sink *s = j->s;
	const struct crm_rec *row;
	struct crm_str ref = item->rec.shape ? crm_rec_id(&item->rec) :
	    item->ref;
	if (!ref.n)
		return crm_err_field(err, CRM_INVALID, "edit.id",
		    CRM_STR("id"), _("missing: which record?"));
	enum crm_status st = crm_sink_lookup(s, ref, NULL, 0, &row, err);
	if (!st)
		crm_erase_add(j, row);
	if (st != CRM_NOTFOUND)
		return st;
	struct crm_key k = { .by = CRM_BY_OLD_ID, .value = ref };
	struct crm_batch *b = crm_batch_new();
	struct crm_err other = { 0 };
	if (crm_id_valid(ref) && crm_txn_get(s->t, &k, 1, b, NULL, &other) ==
	    CRM_OK && crm_batch_len(b) && crm_batch_row(b, 0)->line.n) {
		crm_erase_add(j, crm_batch_row(b, 0));
		st = CRM_OK;
	} else if (was_erased(s, ref)) {
		j->e->already++;
		st = CRM_OK;
	}
	crm_batch_free(b);
	return st;
}

enum crm_status
crm_erase_prepare(struct crm_erase *e, struct crm_sink *s, size_t from,
    size_t to, struct crm_err *err)
{
	struct crm_erase_job *j = crm_zalloc(sizeof(*j));
	struct crm_err bad = { 0 };
	enum crm_status st = CRM_OK;
	j->e = e;
	j->s = s;
	j->reader = (struct crm_reader){ .schema = s->ses.schema,
		.shapes = crm_store_shapes(s->ses.store), .any = true,
		.lim = { .line = SIZE_MAX, .members = SIZE_MAX,
		.depth = 4096 } };
	j->words.region = crm_buf_view(&s->ses.region);
	e->nbad = 0;
	for (size_t i = from; i < to && !st; i++) {
		if (s->items[i].wrong)
			continue;
		enum crm_status one = take(j, &s->items[i], &bad);
		if (!one)
			continue;
		if (!crm_status_is_data(one)) {
			*err = bad;
			st = one;
		}
		crm_grow(&e->bad, &e->capbad, e->nbad + 1, sizeof(*e->bad));
		e->bad[e->nbad++] = (struct crm_erase_bad){ i, bad };
		bad = (struct crm_err){ 0 };
	}
	if (!st && j->nperson)
		st = erase(j, err);
	release(j);
	return st;
}

enum crm_status
crm_erase_item(const struct crm_erase *e, const struct crm_sink *s,
    const struct crm_item *item, struct crm_err *err)
{
	size_t i = (size_t)(item - s->items), lo = 0, hi = e->nbad;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (e->bad[mid].item < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == e->nbad || e->bad[lo].item != i)
		return CRM_OK;
	*err = e->bad[lo].err;
	return err->code;
}

void
crm_erase_release(struct crm_erase *e)
{
	free(e->bad);
	*e = (struct crm_erase){ 0 };
}
